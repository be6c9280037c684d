import { attach, detach, type Packet, type RunReply, type RunRequest } from '../protocol'
import type { Fetched, Follow, RunTimes } from '../types'

type Ran = Packet<{ ok: RunReply }>

/**
 * Runs the request, then again with the feeds that its program makes from the outputs, until there are no
 * more feeds or the time is up.
 * @param run runs the model once
 * @returns what the program reported about each run, and the total time
 */
export async function followRuns(
  request: RunRequest,
  blocks: Uint8Array[],
  run: (request: RunRequest, blocks: Uint8Array[]) => Promise<Ran>,
): Promise<Ran> {
  const { followUp, carry, runs } = request
  const [{ fetches }] = runs as [RunRequest['runs'][number]]
  if (!followUp || !carry) return run(request, blocks)
  const { program, about, limit } = followUp
  const { follow } = require(program) as { follow: Follow<object, unknown> }
  const { key, becomes } = carry
  const until = performance.now() + limit
  const said: unknown[] = []
  const times: RunReply['ms'][] = []
  let asked = request
  let given = blocks
  for (;;) {
    const { body, blocks } = await run(asked, given)
    times.push(body.ok.ms)
    const outputs = attach<Fetched>(body.ok.outputs[0] ?? {}, blocks, inPlace)
    const next = follow(outputs, about)
    said.push(next.said)
    if (!next.feeds || performance.now() >= until)
      return { body: { ok: { ...body.ok, outputs: [], said, ms: sumOf(times) } }, blocks: [] }
    given = []
    asked = { ...request, carry: { key, becomes, goesOn: true }, runs: [{ feeds: detach(next.feeds, given), fetches }] }
  }
}

/** Only pictures and tensors for other runs are stored, and a run with follow-ups can't return those. */
function inPlace(): never {
  throw new Error('A run that chooses its own next run cannot return what stays with the engine.')
}

function sumOf(times: RunReply['ms'][]): Omit<RunTimes, 'wait'> {
  const sum = (key: keyof RunReply['ms']) => times.reduce((all, ms) => all + ms[key], 0)
  return { load: sum('load'), pre: sum('pre'), run: sum('run'), post: sum('post') }
}
