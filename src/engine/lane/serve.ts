import { basename } from 'node:path'
import { EngineError } from '../error'
import {
  arrayName,
  asArray,
  attach,
  bytesOf,
  detach,
  type LaneSettings,
  type Output,
  type Packet,
  type Reply,
  type Request,
  type RequestedRun,
  type Room,
  type RunReply,
  type RunRequest,
  type Send,
  type Stored,
} from '../protocol'
import type { Feed, Fetch, Fetched, PixelFeed, PixelFetch, PlaneFetch, RawFeed, TensorInfo } from '../types'
import { isWorthKeeping, wholePages } from '../worth-keeping'
import { hasBatchDimension, joinTensors, splitTensor } from './batch'
import { type Allocate, fresh } from './buffers'
import { checkRun } from './check'
import { type EndNames, endsOf } from './ends'
import { followRuns } from './follow-up'
import { whatIsSeen } from './glimpses'
import { madeFeeds } from './made-feeds'
import { memoryGrowth } from './memory-growth'
import { type CardTensor, createOnCard } from './on-card'
import { openSession } from './open-session'
import { pack, packAsItIs, packPlanes, type Tensor } from './pack'
import { profileRun } from './profile'
import { reasonOf } from './reasons'
import type { Session } from './runtime'
import { type CachedSession, createSessions } from './sessions'
import { type OutputTensor, unpack, unpackFinished } from './unpack'

/** Milliseconds between two checks for unused models. */
const IDLE_CHECK = 1000

export interface LaneHost {
  send: Send
  /**
   * Whether sent data stays with the lane and is overwritten by the next run. Otherwise it is transferred.
   */
  keepsOutputs: boolean
  /** Stores a picture in the room reserved for the run, or in memory that both ends share. */
  keep?(bytes: Uint8Array, room: Room | undefined): Omit<Stored, 'array'> | Uint8Array | undefined
  /** Fetches the bytes from the store. */
  fetch?(stored: Stored, name: string): Uint8Array
  /** Called before native code runs. Throws if the process is ending. */
  enter(): void
  leave(): void
  /** Ends the lane after the last reply. */
  end(): void
}

/**
 * The lane's program, which answers one request after another. Returns a function that takes each arriving
 * packet.
 */
export function answerRequests(place: LaneHost): (packet: Packet) => void {
  let settings: LaneSettings
  let sessions: ReturnType<typeof createSessions>
  const onCard = createOnCard()
  let last: Promise<unknown> = Promise.resolve()

  /** Allows only one native call at a time, including those of the idle timer. */
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
        settings = body.settings
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
        return followRuns(body, blocks, run)
      case 'release':
        await sessions.release(body.path)
        return { body: { ok: null }, blocks: [] }
      case 'close':
        onCard.clear()
        await sessions.releaseAll()
        return { body: { ok: null }, blocks: [] }
    }
  }

  async function run(request: RunRequest, blocks: Uint8Array[]): Promise<Packet<{ ok: RunReply }>> {
    const { path, options } = request
    const arrived = performance.now()
    const runs = await attachRuns(request.runs, blocks, (stored, name) => place.fetch?.(stored, name) as Uint8Array)
    const making = performance.now() - arrived
    // Several pictures for one run are combined here.
    const cards = request.runs.length === 1 ? cardsOf(request.runs[0] as RequestedRun) : {}
    const input = runs.flatMap(({ feeds }) => Object.values(feeds)).reduce((sum, feed) => sum + tensorBytes(feed), 0)
    const [{ feeds, fetches }] = runs as [Run]
    const ends = options.inGraph === false ? null : endsOf(feeds, fetches)
    const { model, load } = await sessions.get(path, options, input, ends)
    try {
      return await runOn(model, load)
    } catch (error) {
      const isEnded = model.ends.inputs.size + model.ends.outputs.size > 0
      if (!isEnded || (error as EngineError).code === 'feed') throw error
      // The file's declaration may be wrong. If the network itself is at fault, it fails again, with its own
      // error.
      const bare = await sessions.get(path, options, input, null)
      const reply = await runOn(bare.model, load + bare.load)
      await sessions.withoutEnds(model)
      return reply
    }

    async function runOn(model: CachedSession, load: number): Promise<Packet<{ ok: RunReply }>> {
      const { ends } = model
      const start = performance.now()
      const { carry } = request
      const before = model.carried.before(basename(path), carry)
      for (const { feeds, fetches } of runs) checkRun(path, model, feeds, fetches, before, cards)
      const given = model.inputs.filter(({ name }) => !Object.hasOwn(before, name))
      const packed = given.map((input) => ({
        name: ends.inputs.get(input.name) ?? input.name,
        examples: runs.map(({ feeds }, index) => {
          const feed = feeds[input.name] as Feed
          const allocate = model.buffers(`in ${input.name} ${index}`)
          return packFor(ends, input, feed, cards[input.name], allocate)
        }),
      }))
      const joinable = areJoinable(model, packed)
      if (runs.length > 1 && !joinable)
        throw new EngineError('run', `${basename(path)} takes one example at a time, not ${runs.length}.`)
      // Plain objects, which ONNX Runtime's types don't allow; see pack.ts.
      const tensors = {
        ...before,
        ...Object.fromEntries(
          packed.map(({ name, examples }) => [name, joinTensors(examples, model.buffers(`in ${name}`))]),
        ),
      } as unknown as Parameters<Session['run']>[0]
      const names = Object.keys(fetches)
      const asked = names.map((name) => ends.outputs.get(name) ?? name)
      const kept = Object.values(carry?.becomes ?? {})
      const planes = planesAsked(ends, names, runs.length)
      const ready = performance.now()
      const isLargest = input > model.largest
      const growth = isLargest ? memoryGrowth() : () => 0
      const raw = await model.session.run(tensors, [...asked, ...kept, ...planes]).catch((error) => {
        throw runError(basename(path), error)
      })
      const ran = performance.now()
      const grown = growth()
      if (carry) model.carried.keep(carry, { ...before, ...copiesOf(tensors, carry.stays) }, raw)
      const split = new Map(
        names.map((name, index) => [
          name,
          splitTensor(name, raw[asked[index] as string] as unknown as OutputTensor, runs.length),
        ]),
      )
      const made: Uint8Array[] = []
      const outputs = runs.map(({ fetches }, index) => {
        const unpacked = Object.entries(fetches).map(([name, fetch]): [string, Fetched] => {
          const allocate = place.keepsOutputs ? model.buffers(`out ${name} ${index}`) : fresh
          return [name, unpackFrom(ends, name, split.get(name)?.[index] as OutputTensor, fetch, allocate)]
        })
        return placed(
          Object.fromEntries(unpacked),
          request.runs[index] as RequestedRun,
          made,
          (name) => raw[ends.asPlanes.get(name) ?? ''],
        )
      })
      const ms = { load, pre: making + ready - start, run: ran - ready, post: performance.now() - ran }
      const { device, attempts } = model
      const profile = request.profile ? await profiled(model, tensors, asked) : undefined
      if (isLargest) await sessions.ran(model, input, grown)
      const fromCard = numberFromCard(ends, cards)
      const reply: RunReply = { outputs, batch: runs.length, joinable, device, attempts, ms, profile, fromCard }
      return { body: { ok: reply }, blocks: made }
    }
  }

  async function profiled({ key, device }: CachedSession, tensors: Parameters<Session['run']>[0], asked: string[]) {
    if (device === 'wasm' || device === 'server') return undefined
    return profileRun(
      async (prefix) => (await openSession(key.file, device, settings, key, key.ends, prefix)).session,
      (session) => session.run(tensors, asked),
    )
  }

  /**
   * Stores a run's pictures; other results go into the blocks.
   * @param planesOf the planes of an output that are on the graphics card
   */
  function placed(
    results: Record<string, Fetched>,
    { fetches, room, glimpses = [] }: RequestedRun,
    blocks: Uint8Array[],
    planesOf: (name: string) => unknown,
  ): Record<string, Output> {
    let left = room
    const staying: string[] = []
    const outputs: Record<string, Output> = detach(results, blocks, (result, name) => {
      const data = result.data as Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer>
      const array = arrayName(data)
      if (!isWorthKeeping(fetches[name], array, data.byteLength)) return undefined
      const kept = place.keep?.(bytesOf(data), left)
      if (kept) staying.push(name)
      if (!kept || !('offset' in kept)) return kept && (asArray(kept, array) as Uint8Array)
      const taken = wholePages(kept.bytes)
      left = left && { offset: left.offset + taken, bytes: left.bytes - taken }
      return { ...kept, array }
    })
    for (const name of staying)
      Object.assign(
        outputs[name] as Output,
        whatIsSeen(results[name] as Fetched, fetches[name] as Fetch, glimpses, blocks),
      )
    for (const name of Object.keys(results)) {
      const tensor = planesOf(name) as CardTensor | undefined
      if (tensor && staying.includes(name)) Object.assign(outputs[name] as Output, { card: onCard.put(tensor) })
      else tensor?.dispose()
    }
    return outputs
  }

  /** Those of a run's input pictures that are on the graphics card. */
  function cardsOf({ feeds }: RequestedRun): Record<string, CardTensor> {
    const there = Object.entries(feeds).flatMap(([name, feed]): [string, CardTensor][] => {
      const tensor = feed.kind === 'pixels' && 'offset' in feed.data && onCard.get(feed.data.card, feed)
      return tensor ? [[name, tensor]] : []
    })
    return Object.fromEntries(there)
  }

  return (packet) => {
    const request = packet as Packet<Request>
    void exclusive(() => answer(request))
      .catch((error: unknown) => ({ body: failure(error), blocks: [] }))
      .then((reply) => {
        place.send(reply)
        // Before any request. If it fails, the first request reports the error.
        if (request.body.op === 'start') exclusive(async () => sessions.prepare()).catch(() => {})
        if (request.body.op === 'close') place.end()
      })
  }
}

/**
 * The tensor of an input, depending on the steps added to it.
 * @param card its picture's planes, if they are on the graphics card
 */
function packFor(
  ends: EndNames,
  input: TensorInfo,
  feed: Feed,
  card: CardTensor | undefined,
  allocate: Allocate,
): Tensor {
  if (!ends.inputs.has(input.name)) return pack(feed, input, allocate)
  if (!ends.planes.has(input.name)) return packAsItIs(feed as PixelFeed)
  return card ? (card as unknown as Tensor) : packPlanes(feed as PixelFeed, allocate)
}

/**
 * Whether several runs can be batched into one. A server gets them one at a time, because it batches them
 * itself.
 */
function areJoinable(model: CachedSession, packed: { examples: Tensor[] }[]): boolean {
  if (model.device === 'server' || !hasBatchDimension(model)) return false
  return packed.every(({ examples }) => examples.every(({ dims }) => dims[0] === 1))
}

/** The requested form of an output, depending on the steps added to it. */
function unpackFrom(ends: EndNames, name: string, tensor: OutputTensor, fetch: Fetch, allocate: Allocate): Fetched {
  if (!ends.outputs.has(name)) return unpack(name, tensor, fetch, allocate)
  return unpackFinished(name, tensor, fetch as PixelFetch | PlaneFetch)
}

/** The outputs to keep on the graphics card: none for several runs, whose pictures must be separated here. */
function planesAsked({ asPlanes }: EndNames, names: string[], runs: number): string[] {
  return runs === 1 ? names.flatMap((name) => asPlanes.get(name) ?? []) : []
}

function numberFromCard({ planes }: EndNames, cards: Record<string, CardTensor>): number | undefined {
  return Object.keys(cards).filter((name) => planes.has(name)).length || undefined
}

interface Run {
  feeds: Record<string, Feed>
  fetches: Record<string, Fetch>
}

/** Puts each run together with its blocks. */
function attachRuns(
  runs: RequestedRun[],
  blocks: Uint8Array[],
  fetch: (stored: Stored, name: string) => Uint8Array,
): Promise<Run[]> {
  let used = 0
  const attached = runs.map(async ({ feeds, fetches }, index) => {
    const own = blocks.slice(used)
    used += Object.values(feeds).filter(({ data }) => 'block' in data).length
    const given = attach<Feed | RawFeed>(feeds, own, (stored, name) => fetch(stored, `${name} ${index}`))
    return { feeds: await madeFeeds(given), fetches }
  })
  return Promise.all(attached)
}

/** Copies of the named tensors, because the next run overwrites the memory of inputs. */
function copiesOf(tensors: Record<string, unknown>, names: readonly string[] = []): Record<string, unknown> {
  const copies = names.map((name) => {
    const tensor = tensors[name] as Tensor
    return [name, { ...tensor, data: tensor.data.slice() }] as const
  })
  return Object.fromEntries(copies)
}

/** Size in bytes of a feed's tensor; for pixels, as if they became floats. */
function tensorBytes(feed: Feed): number {
  return feed.kind === 'pixels' ? 4 * feed.width * feed.height * feed.channels : feed.data.byteLength
}

const isMemory = (reason: string) => /out of memory|bad_alloc|failed to allocate|allocation failed/i.test(reason)

function runError(name: string, error: unknown): EngineError {
  if (error instanceof EngineError) return error
  const reason = reasonOf(error)
  return isMemory(reason) ? memoryError(name, reason) : new EngineError('run', `${name} could not run: ${reason}`)
}

function memoryError(name: string, reason: string): EngineError {
  return new EngineError(
    'memory',
    `${name} could not run, because there was not enough memory: choose a smaller variant or smaller pictures, or close other programs (${reason}).`,
  )
}

function failure(error: unknown): Reply {
  if (error instanceof EngineError) return { error: { code: error.code, message: error.message } }
  const reason = reasonOf(error)
  if (isMemory(reason)) return failure(memoryError('The model', reason))
  return { error: { code: 'run', message: `The engine failed: ${reason}` } }
}
