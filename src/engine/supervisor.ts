import { createBackOff } from './back-off'
import { createBatches, kindOf } from './batches'
import { type Death, deathError, isOutOfMemory } from './death'
import { EngineError } from './error'
import { type Answer, inputBytes, type Job, joinJobs } from './job'
import type { Lane, LaneEvents } from './lane'
import type { LaneSettings, Packet, Reply, Request, RunReply, RunRequest } from './protocol'
import {
  closedError,
  cutShortError,
  nameOf,
  RAISE_LIMIT,
  seconds,
  setAsideError,
  startError,
  withdrawnError,
} from './sentences'
import { createStarts, type Starts } from './starts'
import { createStrikes } from './strikes'
import { createTurns } from './turns'
import type { LaneState, LoadedModel } from './types'
import { waitInLine } from './wait-in-line'

/** How many of the last printed lines are searched for the reason of a crash. */
const KEPT_LINES = 30
/** Milliseconds that a lane may take to become ready. */
const START_LIMIT = 60_000

/** A lane from its start to its end. */
interface Life {
  /** Missing while the lane is being created. */
  lane?: Lane
  /** The job that it works on, or will work on once it is ready. */
  job: Job | null
  /** Ends the lane if its start or the job takes too long. */
  alarm?: NodeJS.Timeout
  /** To be called when it has started or ended, so that others may start. */
  started(): void
  loaded: LoadedModel[]
  printed: string[]
}

/** Returns the error for the job of a lane that is being ended. */
type Verdict = (job: Job) => EngineError

type State =
  | { at: 'idle' }
  /** No lane may start yet, after several deaths in a row or while others start. */
  | { at: 'resting'; leave(): void }
  /** The lane isn't ready for requests yet. */
  | { at: 'starting'; life: Life }
  | { at: 'ready'; life: Life }
  /**
   * The lane has been given up, and any reply is too late. If it `isStale`, its successor should check again
   * what is installed.
   */
  | { at: 'ending'; life: Life; wasReady: boolean; verdict: Verdict; isStale: boolean }

export interface SubmitOptions {
  /** The caller. Callers take turns. */
  caller?: unknown
  /** The model's owner, as named in sentences. */
  called?: string | undefined
  timeLimit?: number
  /** Whether it may be batched with other waiting jobs. */
  batch?: boolean
  /** Withdraws the job while it is waiting. */
  signal?: AbortSignal | undefined
}

export interface SupervisorOptions {
  start(events: LaneEvents): { lane: Lane; settings: LaneSettings }
  /** Called when the lane returned by `start` has ended. */
  stopped(crashed: boolean): void
  log(line: string): void
  /** Milliseconds that `close` waits for accepted work; Node-RED gives a node 15 seconds to close. */
  closeLimit?: number
  /** Shared by supervisors whose lanes shouldn't all start at once. */
  starts?: Starts
}

export type Supervisor = ReturnType<typeof createSupervisor>

/**
 * Keeps one lane running. It gives the lane one request at a time, with callers taking turns, and replaces it
 * if it dies or hangs.
 */
export function createSupervisor({
  start,
  stopped,
  log,
  closeLimit = 10_000,
  starts = createStarts(1),
}: SupervisorOptions) {
  const strikes = createStrikes()
  const batches = createBatches()
  const backOff = createBackOff()
  const waiting = createTurns<Job>()
  let state: State = { at: 'idle' }
  let restarts = 0
  let hangs = 0
  let closing: Promise<void> | null = null
  let isClosed = false
  let settled = () => {}

  /** The current lane, in whatever state. */
  const life = () => ('life' in state ? state.life : null)

  function submit(packet: Packet<Request>, path: string, options: SubmitOptions = {}): Promise<Answer> {
    if (closing) return Promise.reject(closedError())
    const { caller = null, called, timeLimit = 0, batch, signal } = options
    const kind = batch && packet.body.op === 'run' ? kindOf(packet.body) : null
    const queued = performance.now()
    const job = { packet, path, called, caller, timeLimit, kind, queued, started: 0 }
    return waitInLine(waiting, caller, (waiter) => ({ ...job, ...waiter }), next, signal)
  }

  /** Starts the next job, if one is waiting and the lane is free. */
  function next(): void {
    if (state.at === 'resting' || state.at === 'ending' || life()?.job) return
    if (state.at === 'idle' && waiting.size > 0 && mustRest(next)) return
    const job = takeRunnable()
    if (!job) {
      // An idle lane doesn't keep Node.js alive.
      life()?.lane?.hold(false)
      settled()
      return
    }
    job.started = performance.now()
    if (state.at === 'idle') {
      startLane(job)
      return
    }
    state.life.job = job
    state.life.lane?.hold(true)
    if (state.at === 'ready') send(state.life, job)
  }

  /** Whether no lane may start yet. @param then called as soon as one may */
  function mustRest(then: () => void): boolean {
    const goOn = () => {
      state = { at: 'idle' }
      then()
    }
    const rest = backOff.rest()
    if (rest > 0) {
      const timer = setTimeout(() => {
        backOff.skip()
        goOn()
      }, rest)
      state = { at: 'resting', leave: () => clearTimeout(timer) }
    } else if (starts.isFull) state = { at: 'resting', leave: starts.wait(goOn) }
    return state.at === 'resting'
  }

  function takeRunnable(): Job | undefined {
    for (let job = waiting.take(); job; job = waiting.take()) {
      if (job.packet.body.op === 'release') {
        strikes.clear(job.path)
        if (life()) return job
        job.resolve({ ok: null, blocks: [], wait: 0 })
        continue
      }
      const rest = strikes.rest(job.path)
      if (rest === 0) return withOthers(job)
      job.reject(setAsideError(nameOf(job), rest))
    }
    return undefined
  }

  /** Batches a job with waiting ones if that is faster. */
  function withOthers(first: Job): Job {
    const { kind, caller, packet } = first
    if (kind === null) return first
    const bytes = inputBytes(packet as Packet<RunRequest>)
    const jobs = [first]
    for (let left = batches.best(kind, bytes) - 1; left > 0; left--) {
      const job = waiting.takeAlong(caller, (job) => job.kind === kind)
      if (!job) break
      jobs.push(job)
    }
    if (jobs.length === 1) return first
    return joinJobs(jobs, () => {
      batches.failed(kind)
      waiting.putBack(
        caller,
        jobs.map((job) => ({ ...job, kind: null })),
      )
    })
  }

  /** Starts the lane before there is work for it. */
  function prepare(): void {
    if (state.at !== 'idle' || closing || mustRest(prepare)) return
    startLane(null)
    next() // starts a job that arrived while others were starting
  }

  function startLane(job: Job | null): void {
    const life: Life = { job, started: starts.take(), loaded: [], printed: [] }
    state = { at: 'starting', life }
    const events: LaneEvents = {
      reply: (packet) => replied(life, packet),
      ended: (how, crashed) => ended(life, how, crashed),
      loaded(models) {
        life.loaded = models
        if (life.job && state.at === 'ready') watch(life, life.job) // restarts the time limit: loading is over
      },
      printed(line) {
        life.printed = [...life.printed.slice(1 - KEPT_LINES), line]
        log(line)
      },
    }
    try {
      const started = start(events)
      // It may have ended before `life.lane` was set.
      if (!('life' in state) || state.life !== life) return
      life.lane = started.lane
      life.lane.hold(job !== null)
      life.alarm = setTimeout(() => endLane((job) => startError(nameOf(job), START_LIMIT)), START_LIMIT)
      life.lane.send({ body: { op: 'start', settings: started.settings }, blocks: [] })
    } catch (error) {
      ended(life, `could not be started (${(error as Error).message})`, false)
    }
  }

  function send(life: Life, job: Job): void {
    life.lane?.send(job.packet)
    watch(life, job)
  }

  /** Starts a job's time limit. */
  function watch(life: Life, { timeLimit, packet }: Job): void {
    clearTimeout(life.alarm)
    if (timeLimit > 0 && packet.body.op !== 'release') life.alarm = setTimeout(hung, timeLimit)
  }

  function hung(): void {
    hangs++
    endLane((job) => {
      const what = `${nameOf(job)} produced no result within ${seconds(job.timeLimit)}, so the run was stopped.`
      return new EngineError('time-limit', `${what} ${RAISE_LIMIT}`)
    })
  }

  /** Ends the lane; its job fails with the verdict. */
  function endLane(verdict: Verdict, isStale = false): void {
    if (state.at !== 'starting' && state.at !== 'ready') return
    const { life, at } = state
    state = { at: 'ending', life, wasReady: at === 'ready', verdict, isStale }
    life.lane?.kill()
  }

  function replied(life: Life, { body, blocks }: Packet<Reply>): void {
    if (state.at !== 'starting' && state.at !== 'ready') return // too late
    clearTimeout(life.alarm)
    if (state.at === 'starting') {
      state = { at: 'ready', life }
      life.started()
      if (life.job) send(life, life.job)
      return
    }
    const { job } = life
    if (!job) return
    life.job = null
    backOff.worked()
    if ('error' in body) {
      job.reject(new EngineError(body.error.code, body.error.message))
      // Node.js remembers that it didn't find the package, so the next job gets a new lane, which looks for
      // it again.
      if (body.error.code === 'runtime-missing') endLane(cutShortError, true)
    } else {
      if (job.packet.body.op === 'run') {
        strikes.clear(job.path)
        if (job.kind !== null) batches.ran(job.kind, body.ok as RunReply, performance.now() - job.started)
      }
      job.resolve({ ok: body.ok, blocks, wait: job.started - job.queued })
    }
    next()
  }

  function ended(life: Life, how: string, crashed: boolean): void {
    clearTimeout(life.alarm)
    const ending = state.at === 'ending' ? state : null
    const wasReady = ending ? ending.wasReady : state.at === 'ready'
    state = { at: 'idle' }
    life.started()
    batches.forget()
    stopped(crashed)
    const { job, printed } = life
    if (job) {
      restarts++
      const error = ending?.verdict(job) ?? mourn(job, { how, printed, wasReady }, crashed)
      if (error.code !== 'closed') backOff.died()
      job.reject(error)
    } else if (!closing && !ending?.isStale)
      log(`The inference process ${how} while idle; the next run starts a new one.`)
    if (closing) settled()
    next()
  }

  /** The error for the job of a lane that died, which may count against its model. */
  function mourn(job: Job, death: Death, crashed: boolean): EngineError {
    if (death.wasReady && crashed && !isOutOfMemory(death)) strikes.add(job.path)
    return deathError(job, death, strikes.rest(job.path))
  }

  /** Withdraws the waiting jobs of one caller, or of all. */
  function withdraw(caller?: unknown): void {
    for (const job of waiting.clear(caller)) job.reject(withdrawnError())
  }

  /**
   * Cancels the jobs of one caller, or of all: waiting jobs fail, and a running one is ended together with
   * its lane.
   */
  function cancel(caller?: unknown): void {
    for (const job of waiting.clear(caller)) job.reject(closedError())
    const job = life()?.job
    if (job && (caller === undefined || job.caller === caller)) endLane(cutShortError)
  }

  async function close(): Promise<void> {
    const limit = setTimeout(() => {
      for (const job of waiting.clear()) job.reject(closedError())
      endLane(cutShortError)
      isClosed = true
      settled()
    }, closeLimit)
    if (state.at === 'resting') {
      state.leave()
      state = { at: 'idle' }
    }
    backOff.skip()
    next()
    while ((life()?.job || waiting.size > 0) && !isClosed) await nextSettled()
    const lane = life()?.lane
    if (lane && !isClosed) {
      lane.hold(true)
      lane.send({ body: { op: 'close' }, blocks: [] })
      while (life() && !isClosed) await nextSettled()
    }
    clearTimeout(limit)
    isClosed = true
  }

  function nextSettled(): Promise<void> {
    return new Promise((resolve) => {
      settled = resolve
    })
  }

  return {
    prepare,
    submit,
    withdraw,
    cancel,
    close: () => {
      closing ??= Promise.resolve().then(close)
      return closing
    },
    get state(): LaneState {
      const { lane, job = null, loaded = [] } = life() ?? {}
      return {
        lane: isClosed ? 'closed' : SHOWN[state.at],
        pid: lane?.pid,
        loaded,
        running: job !== null,
        waiting: waiting.size,
        restarts,
        hangs,
        setAside: strikes.setAside(),
      }
    },
  }
}

/** The lane's state as shown to users of the engine. */
const SHOWN: Record<State['at'], LaneState['lane']> = {
  idle: 'idle',
  resting: 'waiting',
  starting: 'starting',
  ready: 'ready',
  ending: 'ready',
}
