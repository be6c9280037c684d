import { basename } from 'node:path'
import { EngineError } from '../error'
import { attach, detach, type Packet, type Reply, type Request, type RunReply, type Send } from '../protocol'
import type { Feed, Fetched } from '../types'
import { fresh } from './buffers'
import { checkRun } from './check'
import { reasonOf } from './ladder'
import { pack } from './pack'
import { createSessions } from './sessions'
import { type OutputTensor, unpack } from './unpack'

/** How often unused models are looked for. */
const IDLE_CHECK = 1000

export interface Place {
  send: Send
  /** What is sent stays with the lane, to be written over by the next run; else it is given away. */
  keepsOutputs: boolean
  /** Marks the time in which native code may be on the stack; throws when the process is ending. */
  enter(): void
  leave(): void
  /** Ends the lane after the last reply. */
  end(): void
}

/** The lane's program: answers one request after the other. Returns what to call with each packet that arrives. */
export function serve(place: Place): (packet: Packet) => void {
  let sessions: ReturnType<typeof createSessions>
  let last: Promise<unknown> = Promise.resolve()

  /** One native call at a time, also against the idle timer. */
  function exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = last.then(async () => {
      place.enter()
      try {
        return await work()
      } finally {
        place.leave()
      }
    })
    last = result.catch(() => {})
    return result
  }

  async function answer({ body, blocks }: Packet<Request>): Promise<Packet<Reply>> {
    switch (body.op) {
      case 'start': {
        const { settings } = body
        sessions = createSessions(settings, (loaded) => place.send({ body: { loaded }, blocks: [] }))
        if (settings.idleRelease > 0) {
          const often = Math.min(IDLE_CHECK, settings.idleRelease)
          setInterval(() => exclusive(sessions.releaseIdle).catch(() => {}), often).unref()
        }
        return { body: { ok: null }, blocks: [] }
      }
      case 'load': {
        const { model } = await sessions.get(body.path, body.options)
        const { inputs, outputs, device, attempts } = model
        return { body: { ok: { inputs, outputs, device, attempts } }, blocks: [] }
      }
      case 'run':
        return run(body, blocks)
      case 'release':
        await sessions.release(body.path)
        return { body: { ok: null }, blocks: [] }
      case 'close':
        await sessions.releaseAll()
        return { body: { ok: null }, blocks: [] }
    }
  }

  async function run(request: Request & { op: 'run' }, blocks: Uint8Array[]): Promise<Packet<Reply>> {
    const { path, options, fetches } = request
    const { model, load } = await sessions.get(path, options)
    const start = performance.now()
    const feeds = attach<Feed>(request.feeds, blocks)
    checkRun(path, model, feeds, fetches)
    const packed = model.inputs.map((input) => [
      input.name,
      pack(feeds[input.name] as Feed, input, model.buffers(`in ${input.name}`)),
    ])
    const ready = performance.now()
    const raw = await model.session.run(Object.fromEntries(packed), Object.keys(fetches)).catch((error: unknown) => {
      throw new EngineError('run', `${basename(path)} could not run: ${reasonOf(error)}`)
    })
    const ran = performance.now()
    const outputs: Record<string, Fetched> = {}
    for (const [name, fetch] of Object.entries(fetches))
      outputs[name] = unpack(
        name,
        raw[name] as unknown as OutputTensor,
        fetch,
        place.keepsOutputs ? model.buffers(`out ${name}`) : fresh,
      )
    const made: Uint8Array[] = []
    const detached = detach(outputs, made)
    const ms = { load, pre: ready - start, run: ran - ready, post: performance.now() - ran }
    const reply: RunReply = { outputs: detached, device: model.device, attempts: model.attempts, ms }
    return { body: { ok: reply }, blocks: made }
  }

  return (packet) => {
    const request = packet as Packet<Request>
    exclusive(() => answer(request))
      .catch((error: unknown) => ({ body: failure(error), blocks: [] }))
      .then((reply) => {
        place.send(reply)
        if (request.body.op === 'close') place.end()
      })
  }
}

function failure(error: unknown): Reply {
  if (error instanceof EngineError) return { error: { code: error.code, message: error.message } }
  return { error: { code: 'run', message: `The engine failed: ${reasonOf(error)}` } }
}
