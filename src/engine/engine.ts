import { resolve } from 'node:path'
import { createThreads, ThreadError } from '../apart/threads'
import { giveCores, takeCores } from './cores'
import { EngineError } from './error'
import { createHandover } from './handover'
import type { Answer } from './job'
import { servedName } from './lane/open-inference'
import { addUp, createPool, laneCount } from './pool'
import { startProcessLane } from './process-lane'
import type { LaneServer, Request, RunReply } from './protocol'
import { knownToEnd, runtimeHere } from './runtime-here'
import { cutShortError, seconds } from './sentences'
import { createServers } from './servers'
import { createStarts } from './starts'
import { createStore, type Store } from './store'
import { createSupervisor } from './supervisor'
import { startThreadLane } from './thread-lane'
import type {
  ApartTask,
  Engine,
  EngineOptions,
  Fetch,
  GivenFeed,
  InferenceServer,
  ModelInfo,
  RunOptions,
  RunResult,
  SessionOptions,
} from './types'

/** Shared by all engines of this process. */
const laneStarts = createStarts(2)

export const DEFAULTS = {
  device: 'auto',
  strict: false,
  isolation: 'process',
  memoryLimit: 0,
  idleRelease: 10 * 60_000,
  timeLimit: 5 * 60_000,
} satisfies Partial<EngineOptions>

/** An engine that can tell its callers apart. */
export interface CallersEngine extends Engine {
  load(path: string, options?: RunOptions): Promise<ModelInfo>
  /** Without an argument, withdraws the runs of all callers. */
  withdraw(caller?: unknown): void
  cancel(caller?: unknown): void
}

/** Makes an engine. Cheap: its lane starts with the first model. */
export function createEngine(options: Partial<EngineOptions> = {}): CallersEngine {
  const full = { ...DEFAULTS, ...options }
  const { device, isolation, deviceId, server, log = printLine, warn = log } = full
  const lanes = laneCount(full)
  const limits = {
    strict: full.strict,
    memoryLimit: Math.floor(full.memoryLimit / lanes),
    idleRelease: full.idleRelease,
  }
  const ownProcess = isolation === 'process'
  let store: Store | null = null
  let threadsTaken = 0
  let runs = 0
  let errors = 0

  function makeLane(onServer?: LaneServer) {
    let threads = 0
    return createSupervisor({
      log,
      starts: laneStarts,
      start(events) {
        threads = takeCores(options.threads, lanes)
        threadsTaken += threads
        const { lane, noAccelerator } = ownProcess
          ? { lane: startProcessLane(events, storeOfLanes()), noAccelerator: null }
          : startThreadLane(events, !onServer && device !== 'cpu' && device !== 'wasm')
        const noNative = knownToEnd()
        const settings = { device, deviceId, server: onServer, ...limits, threads, noNative, noAccelerator, ownProcess }
        return { lane, settings }
      },
      stopped(crashed) {
        if (crashed) void runtimeHere() // finds out whether loading the library crashes it, for the next lane
        giveCores(threads)
        threadsTaken -= threads
        threads = 0
      },
    })
  }
  /** The store, created with the first lane. */
  function storeOfLanes(): Store {
    store ??= createStore()
    return store
  }
  const handover = createHandover(() => store)
  const helpers = createThreads()
  const served = server && spreadOver(server)
  const pool = served ?? createPool(lanes, options.lanes !== undefined, makeLane)

  function spreadOver({ addresses, token, model }: InferenceServer) {
    const hasOthers = addresses.length > 1
    return createServers({
      addresses,
      each: Math.ceil(lanes / addresses.length),
      nameOf: (path) => servedName(path, model),
      makeLane: (address) => makeLane({ address, token, model, hasOthers }),
      warn,
      log,
    })
  }

  async function ask(
    request: Request & { path: string },
    blocks: Uint8Array[],
    { caller, called, timeLimit = full.timeLimit, batch, signal }: RunOptions,
  ): Promise<Answer> {
    try {
      return await pool.submit({ body: request, blocks }, request.path, { caller, called, timeLimit, batch, signal })
    } catch (error) {
      errors++
      throw error
    }
  }

  return {
    prepare: pool.prepare,
    async load(path: string, options: RunOptions = {}) {
      const { ok } = await ask({ op: 'load', path: resolve(path), options: sessionOptions(options) }, [], options)
      return ok as ModelInfo
    },
    async run<F extends Record<string, Fetch>>(
      path: string,
      feeds: Record<string, GivenFeed>,
      fetches: F,
      options: RunOptions = {},
    ) {
      const file = resolve(path)
      const passage = handover(file, feeds, fetches, options.glimpses)
      try {
        const { profile, carry, followUp } = options
        const request: Request = {
          op: 'run',
          path: file,
          options: sessionOptions(options),
          runs: [passage.run],
          profile,
          ...(carry && { carry }),
          ...(followUp && { followUp }),
        }
        const { ok, blocks, wait } = await ask(request, passage.blocks, options)
        runs++
        const { outputs, joinable: _, ms, ...rest } = ok as RunReply
        const received = passage.received(outputs[0] ?? {}, blocks) as RunResult<F>['outputs']
        return { ...rest, outputs: received, ms: { wait, ...ms } }
      } finally {
        passage.end()
      }
    },
    async release(path: string) {
      await ask({ op: 'release', path: resolve(path) }, [], {})
    },
    async apart<T>(task: ApartTask, { caller, timeLimit = full.timeLimit }: RunOptions = {}) {
      try {
        return await helpers.run<T>(task, { caller, timeLimit })
      } catch (error) {
        throw explainThreadError(error, task, timeLimit)
      }
    },
    withdraw: pool.withdraw,
    cancel(caller) {
      pool.cancel(caller)
      helpers.cancel(caller)
    },
    async close() {
      await pool.close()
      helpers.close()
      store?.close()
    },
    get state() {
      const lanes = pool.states
      const kept = store?.state ?? { pictures: 0, bytes: 0, moved: 0 }
      const { waiting, ...all } = addUp(lanes)
      const servers = served && { servers: served.servers }
      return {
        ...all,
        waiting: waiting + (served?.waiting ?? 0),
        ...servers,
        threads: threadsTaken || undefined,
        runs,
        errors,
        kept,
        lanes,
      }
    },
  }
}

/** V8's messages where the stack, a string or a list would become too large, as with a long text in a library. */
const OVERFLOW = /call stack size|Invalid (array|string) length|allocation failed/

/** Turns errors into sentences. Errors from the work itself keep their class. */
function explainThreadError(error: unknown, { subject, advice }: ApartTask, timeLimit: number): unknown {
  const { name, message, code } = error as EngineError
  if (name === 'EngineError') return new EngineError(code, message)
  const tooMuch = () =>
    new EngineError('memory', `${subject} needs more memory than it is allowed, so it was stopped. ${advice}`)
  if (name === 'RangeError' && OVERFLOW.test(message)) return tooMuch()
  if (!(error instanceof ThreadError)) return error
  switch (error.how) {
    case 'cancelled':
      return cutShortError()
    case 'late':
      return new EngineError(
        'time-limit',
        `${subject} took longer than ${seconds(timeLimit)}, so it was stopped. ${advice}`,
      )
    case 'memory':
      return tooMuch()
    case 'ended':
      return new EngineError('run', `${subject} cannot be used: ${message || 'its thread ended'}. ${advice}`)
  }
}

/** The options by which two sessions of a file differ. */
function sessionOptions({ arena, graphOptimization, inGraph, still }: RunOptions): SessionOptions {
  return { arena, graphOptimization, inGraph, still }
}

function printLine(line: string): void {
  console.error(`[daisychain] ${line}`)
}
