import { createBatches, kindOf } from './batches'
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
import { createStrikes } from './strikes'
import { createTurns } from './turns'
import type { LaneState, LoadedModel } from './types'

/** How many printed lines are looked through for the reason of a crash. */
const KEPT_LINES = 30
/** The pause before the second restart in a row; it doubles up to the longest. */
const FIRST_PAUSE = 250
const LONGEST_PAUSE = 10_000
/** Milliseconds that a lane may take until its program stands. */
const START_LIMIT = 60_000

export interface SubmitOptions {
  /** Whose it is: callers take turns. */
  caller?: unknown
  /** Whose model it is, for sentences. */
  called?: string | undefined
  timeLimit?: number
  /** It may be put together with others that wait. */
  batch?: boolean
  /** Takes it back while it waits. */
  signal?: AbortSignal | undefined
}

export interface SupervisorOptions {
  start(events: LaneEvents): { lane: Lane; settings: LaneSettings }
  /** Called when the lane that `start` gave has ended. */
  stopped(crashed: boolean): void
  log(line: string): void
  /** Milliseconds that `close` waits for accepted work; Node-RED gives a node 15 seconds to close. */
  closeLimit?: number
}

export type Supervisor = ReturnType<typeof createSupervisor>

/** Keeps one lane at work: gives it one request at a time, its callers in turn, and a successor when it dies or hangs. */
export function createSupervisor({ start, stopped, log, closeLimit = 10_000 }: SupervisorOptions) {
  const strikes = createStrikes()
  const batches = createBatches()
  const waiting = createTurns<Job>()
  let current: Job | null = null
  let lane: Lane | null = null
  let ready = false
  /** Why the lane is being ended by us: what its current job is told. */
  let verdict: ((job: Job) => EngineError) | null = null
  let alarm: NodeJS.Timeout | undefined
  let loaded: LoadedModel[] = []
  let printed: string[] = []
  let restarts = 0
  let hangs = 0
  /** Lanes that died at work since the last reply. */
  let deaths = 0
  let notBefore = 0
  let pause: NodeJS.Timeout | null = null
  /** Whether the lane is ended so that another looks anew. */
  let isStale = false
  let closing: Promise<void> | null = null
  let closed = false
  let settled = () => {}

  function submit(packet: Packet<Request>, path: string, options: SubmitOptions = {}): Promise<Answer> {
    if (closing) return Promise.reject(closedError())
    const { caller = null, called, timeLimit = 0, batch, signal } = options
    if (signal?.aborted) return Promise.reject(withdrawnError())
    const kind = batch && packet.body.op === 'run' ? kindOf(packet.body) : null
    const queued = performance.now()
    let leave = () => {}
    const answer = new Promise<Answer>((resolve, reject) => {
      const job: Job = { packet, path, called, caller, timeLimit, kind, queued, started: 0, resolve, reject }
      leave = () => {
        if (waiting.remove(caller, job)) reject(withdrawnError())
      }
      waiting.add(caller, job)
      next()
    })
    if (!signal) return answer
    signal.addEventListener('abort', leave)
    return answer.finally(() => signal.removeEventListener('abort', leave))
  }

  function next(): void {
    if (current || pause || verdict) return
    const delay = notBefore - performance.now()
    if (waiting.size > 0 && !lane && delay > 0) {
      pause = setTimeout(resume, delay)
      return
    }
    const job = takeRunnable()
    if (!job) {
      release()
      settled()
      return
    }
    current = job
    job.started = performance.now()
    if (!lane) startLane()
    lane?.hold(true)
    if (ready) send(job)
  }

  function resume(): void {
    if (pause) clearTimeout(pause)
    pause = null
    notBefore = 0
    next()
  }

  function takeRunnable(): Job | undefined {
    for (let job = waiting.take(); job; job = waiting.take()) {
      if (job.packet.body.op === 'release') {
        strikes.clear(job.path)
        if (lane) return job
        job.resolve({ ok: null, blocks: [], wait: 0 })
        continue
      }
      const rest = strikes.rest(job.path)
      if (rest === 0) return withOthers(job)
      job.reject(setAsideError(nameOf(job), rest))
    }
    return undefined
  }

  /** A job together with those that wait, where that is faster. */
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
    if (lane || current || pause || closing) return
    startLane()
    release()
  }

  /** An idle lane keeps nobody alive. */
  function release(): void {
    lane?.hold(false)
  }

  function startLane(): void {
    printed = []
    let isOver = false
    const events: LaneEvents = {
      reply,
      ended(how, crashed) {
        isOver = true
        ended(how, crashed)
      },
      loaded: (models) => {
        loaded = models
        if (current && ready) watch(current) // what follows is the run itself
      },
      printed: (line) => {
        printed = [...printed.slice(1 - KEPT_LINES), line]
        log(line)
      },
    }
    try {
      const started = start(events)
      if (isOver) return
      lane = started.lane
      alarm = setTimeout(() => endLane((job) => startError(nameOf(job), START_LIMIT)), START_LIMIT)
      lane.send({ body: { op: 'start', settings: started.settings }, blocks: [] })
    } catch (error) {
      ended(`could not be started (${(error as Error).message})`, false)
    }
  }

  function send(job: Job): void {
    lane?.send(job.packet)
    watch(job)
  }

  /** Starts the time that a job has. */
  function watch({ timeLimit, packet }: Job): void {
    clearTimeout(alarm)
    if (timeLimit > 0 && packet.body.op !== 'release') alarm = setTimeout(hung, timeLimit)
  }

  function hung(): void {
    hangs++
    endLane((job) => {
      const what = `${nameOf(job)} produced no result within ${seconds(job.timeLimit)}, so the run was stopped.`
      return new EngineError('time-limit', `${what} ${RAISE_LIMIT}`)
    })
  }

  /** Ends the lane; its job fails with what `judge` says. */
  function endLane(judge: (job: Job) => EngineError): void {
    if (!lane || verdict) return
    verdict = judge
    lane.kill()
  }

  /** Node.js remembers what it did not find, so the next job gets a lane that looks anew: it may be installed by then. */
  function renewLane(): void {
    isStale = true
    verdict = () => cutShortError()
    lane?.kill()
  }

  function reply({ body, blocks }: Packet<Reply>): void {
    if (verdict) return // too late
    clearTimeout(alarm)
    if (!ready) {
      ready = true
      if (current) send(current)
      return
    }
    const job = current
    if (!job) return
    current = null
    deaths = 0
    if ('error' in body) {
      job.reject(new EngineError(body.error.code, body.error.message))
      if (body.error.code === 'runtime-missing') {
        renewLane()
        return
      }
    } else {
      if (job.packet.body.op === 'run') {
        strikes.clear(job.path)
        if (job.kind !== null) batches.ran(job.kind, body.ok as RunReply, performance.now() - job.started)
      }
      job.resolve({ ok: body.ok, blocks, wait: job.started - job.queued })
    }
    next()
  }

  function ended(how: string, crashed: boolean): void {
    clearTimeout(alarm)
    const job = current
    const wasReady = ready
    const judge = verdict
    current = null
    lane = null
    ready = false
    verdict = null
    loaded = []
    batches.forget()
    stopped(crashed)
    const wasStale = isStale
    isStale = false
    if (job) {
      restarts++
      const error = judge?.(job) ?? deathError(job, how, wasReady, crashed)
      if (error.code !== 'closed') backOff()
      job.reject(error)
    } else if (!closing && !wasStale) log(`The inference process ${how} while idle; the next run starts a new one.`)
    if (closing) settled()
    next()
  }

  function backOff(): void {
    deaths++
    if (deaths > 1) notBefore = performance.now() + Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (deaths - 2))
  }

  function deathError(job: Job, how: string, wasReady: boolean, crashed: boolean): EngineError {
    const words = printed.findLast((line) => /error|what\(\)/i.test(line)) ?? printed.at(-1)
    const said = words ? ` It last said: "${words}".` : ''
    const isMemory = /out of memory|bad_alloc/i.test(words ?? '')
    const usual = isMemory
      ? 'It ran out of memory: choose a smaller variant or smaller pictures, or close other programs.'
      : 'It restarts automatically; send the message again.'
    if (!wasReady)
      return new EngineError(
        'lane-died',
        `The inference process ${how} before it was ready.${said} The next message tries again.`,
      )
    // A picture too large for this computer says nothing of the model either.
    if (crashed && !isMemory) strikes.add(job.path)
    const rest = strikes.rest(job.path)
    const advice =
      rest > 0
        ? `This was the third time within minutes, so the model is paused: it is tried again with the first message after ${seconds(Math.ceil(rest / 1000) * 1000)}.`
        : usual
    return new EngineError('lane-died', `The inference process ${how} while running ${nameOf(job)}.${said} ${advice}`)
  }

  /** Takes back what a caller (or everybody) has waiting. */
  function withdraw(caller?: unknown): void {
    for (const job of waiting.clear(caller)) job.reject(withdrawnError())
  }

  /** Gives up what a caller (or everybody) has under way: what waits fails, and a run at work is ended with its lane. */
  function cancel(caller?: unknown): void {
    for (const job of waiting.clear(caller)) job.reject(closedError())
    if (current && (caller === undefined || current.caller === caller)) endLane(() => cutShortError())
  }

  async function close(): Promise<void> {
    const limit = setTimeout(() => {
      for (const job of waiting.clear()) job.reject(closedError())
      endLane(() => cutShortError())
      closed = true
      settled()
    }, closeLimit)
    resume()
    while ((current || waiting.size > 0) && !closed) await nextSettled()
    if (lane && !closed) {
      lane.hold(true)
      lane.send({ body: { op: 'close' }, blocks: [] })
      while (lane && !closed) await nextSettled()
    }
    clearTimeout(limit)
    closed = true
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
      return {
        lane: closed ? 'closed' : ready ? 'ready' : lane ? 'starting' : pause ? 'waiting' : 'idle',
        pid: lane?.pid,
        loaded,
        running: current !== null,
        waiting: waiting.size,
        restarts,
        hangs,
        setAside: strikes.setAside(),
      }
    },
  }
}
