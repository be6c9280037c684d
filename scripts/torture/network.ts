import { spawnSync } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import sharp from 'sharp'
import { createEngine } from '../../src/engine'
import { packageFolder } from '../../test/browser/support/versions'
import { startInferenceServer } from '../../test/engine/inference-server'
import { serveFiles } from '../../test/models/store/server'
import { field, serve, testModel } from '../../test/serving/support'
import { type ArmedBreak, BREAKS, type Break, type BreakingLine, breakingLine, type Side } from './breaking-line'
import { flowOf, type Piece } from './every-node'
import type { Failures } from './failures'
import { LONGEST_GAP } from './inputs'
import { startTortured, type Tortured } from './node-red'
import { faultOfSentence } from './sentence'
import { WEIGHTS } from './weights'

/** Something that another computer answers. */
interface Caller {
  line: BreakingLine
  /** The node that gets the message; if none, a model is downloaded. */
  node?: Piece
  payload?: unknown
  close(): Promise<void> | void
}

/** Seconds a node waits for an answer, and ms after which a message counts as lost. */
const PATIENCE = 2
const LIMIT = 40_000

/** Its pictures are read by ffmpeg. */
const CAMERA = 'a picture of a network camera'
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0

const picture = () =>
  sharp({ create: { width: 48, height: 48, channels: 3, background: '#a04010' } })
    .png()
    .toBuffer()

const callers: Record<string, () => Promise<Caller>> = {
  async 'a model downloaded'() {
    const server = await serveFiles({ '/weights.onnx': WEIGHTS })
    return { line: await breakingLine(server.url), close: server.close }
  },
  async 'a query of a remote model'() {
    const model = testModel([field('payload', { type: 'text' }, { required: true })], [CAPTION], ({ payload }) => ({
      caption: `${payload}`.repeat(400),
    }))
    const { url, close } = await serve(model)
    const line = await breakingLine(url)
    const node = {
      ...{ id: 'remote', type: 'daisychain-remote', kind: 'open-inference', model: 'test', url: line.url },
      ...{ timeout: PATIENCE, retries: 0 },
      ports: { inputs: [{ name: 'payload', property: 'payload', type: { type: 'text' } }], outputs: [[CAPTION]] },
    }
    return { line, node, payload: 'hello', close }
  },
  async 'a run on an inference server'() {
    const behind = createEngine({ device: 'cpu', threads: 1, log() {} })
    const server = await startInferenceServer(behind, join(packageFolder, 'models/densedepth/mini.onnx'))
    const line = await breakingLine(server.address)
    const node = { id: 'depth', type: 'daisychain-densedepth', engine: 'elsewhere' }
    const close = async () => {
      server.stop()
      await behind.close()
    }
    return { line, node, payload: await picture(), close }
  },
  async [CAMERA]() {
    const jpeg = await sharp({ create: { width: 320, height: 240, channels: 3, background: '#a04010' } })
      .jpeg()
      .toBuffer()
    const server = createServer((_, response) => response.writeHead(200, { 'content-type': 'image/jpeg' }).end(jpeg))
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const line = await breakingLine(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const node = { id: 'camera', type: 'daisychain-camera', source: 'network', address: `${line.url}/still.jpg` }
    return { line, node, close: () => void server.close() }
  },
}

const CAPTION = field('caption', { type: 'text' })

/**
 * Breaks the connections of everything that calls another computer, at every n-th byte in either direction,
 * once and then permanently. Each call must give the right answer or a sentence in time, and the next call
 * must be answered again.
 * @param pick which of this many bytes
 */
export async function tortureNetwork({
  pick,
  breaks = BREAKS,
  isOver = () => false,
  log = () => {},
}: {
  pick: (count: number) => number[]
  breaks?: readonly Break['how'][]
  isOver?: () => boolean
  log?: (line: string) => void
}): Promise<Failures> {
  const result: Failures = { failed: {}, faults: [] }
  const server = await startTortured()
  const made: [string, Caller][] = []
  try {
    for (const [name, make] of Object.entries(callers))
      if (hasFfmpeg || name !== CAMERA) made.push([name, await make()])
    await server.setFlows(flow(made.map(([, caller]) => caller)))
    for (const [name, caller] of made) {
      const add = (fault: string) => {
        result.faults.push(`${name}: ${fault}`)
        log(result.faults.at(-1) as string)
      }
      const whole = await ask(server, caller)
      if (whole.sentence !== null) add(`before anything breaks it says: ${whole.sentence}`)
      caller.line.arm(null)
      await ask(server, caller)
      const carried = caller.line.arm(null)
      for (const next of breaksOf(carried, pick, breaks)) {
        if (isOver()) return result
        await once(name, caller, next, whole.got, add)
      }
    }
    if (/Uncaught|unhandled/i.test(server.output())) result.faults.push(server.output().slice(-500))
    return result
  } finally {
    await server.stop()
    for (const [, { line, close }] of made) {
      await line.close()
      await close()
    }
  }

  async function once(
    name: string,
    caller: Caller,
    how: ArmedBreak,
    right: unknown,
    add: (fault: string) => void,
  ): Promise<void> {
    const where = `${how.how} at byte ${how.at} of the ${how.of}${how.stays ? ', always' : ''}`
    caller.line.arm(how)
    const { sentence, got, gap } = await ask(server, caller).catch((error: Error) => ({
      sentence: `! ${error.message}`,
      got: null,
      gap: 0,
    }))
    const wrong = sentence === null ? '' : sentence.startsWith('! ') ? sentence : faultOfSentence(sentence)
    if (wrong) add(`${where}: ${wrong} (${sentence})`)
    if (sentence === null && got !== right) add(`${where}: the answer is another one, and nothing says so`)
    if (gap > LONGEST_GAP) add(`${where}: all else was held up for ${Math.round(gap)} ms`)
    if (sentence !== null) result.failed[name] = (result.failed[name] ?? 0) + 1
    caller.line.arm(null)
    const again = await ask(server, caller)
    if (again.sentence !== null || again.got !== right) add(`${where}: afterwards it still says: ${again.sentence}`)
  }
}

function* breaksOf(
  carried: Record<Side, number>,
  pick: (count: number) => number[],
  breaks: readonly Break['how'][],
): Generator<ArmedBreak> {
  for (const of of Object.keys(carried) as Side[])
    for (const at of pick(carried[of]))
      for (const how of breaks) for (const stays of [false, true]) yield { of, at, how, stays }
}

interface Answer {
  /** Null if there is an answer. */
  sentence: string | null
  /** A digest of the result, to compare it with others. */
  got: unknown
  /** ms */
  gap: number
}

async function ask(server: Tortured, { node, payload, line }: Caller): Promise<Answer> {
  if (!node) return { sentence: await server.download(line.url), got: null, gap: 0 }
  const { end, sentence, loop, got } = await server.send(node.id, { payload }, LIMIT)
  const gap = loop.worked
  if (end === 'failed') return { sentence, got: null, gap }
  if (end !== 'delivered') return { sentence: `! ${end}`, got: null, gap }
  return { sentence: null, got, gap }
}

/** The nodes that call, and the engine that runs elsewhere. */
function flow(callers: readonly Caller[]): Record<string, unknown>[] {
  const nodes = callers.flatMap(({ node }) => node ?? [])
  const elsewhere = callers.find(({ node }) => node?.engine === 'elsewhere')
  const engine = { id: 'elsewhere', type: 'daisychain-engine', server: elsewhere?.line.url, timeLimit: PATIENCE }
  return [...flowOf(nodes), { ...engine, served: 'densedepth-mini' }]
}
