import { basename } from 'node:path'
import { EngineError } from './error'
import type { Lane, LaneEvents } from './lane'
import type { LaneSettings, Packet, Reply, Request } from './protocol'
import { createStrikes } from './strikes'
import type { EngineState, LoadedModel } from './types'

/** How many printed lines are looked through for the reason of a crash. */
const KEPT_LINES = 30
/** The pause before the second restart in a row; it doubles up to the longest. */
const FIRST_PAUSE = 250
const LONGEST_PAUSE = 10_000

interface Job {
  packet: Packet<Request>
  /** The model it is about. */
  path: string
  queued: number
  started: number
  resolve(answer: Answer): void
  reject(error: Error): void
}

export interface Answer {
  ok: unknown
  blocks: Uint8Array[]
  /** Milliseconds between submission and start. */
  wait: number
}

export interface SupervisorOptions {
  start(events: LaneEvents): { lane: Lane; settings: LaneSettings }
  /** Called when the lane that `start` gave has ended. */
  stopped(): void
  log(line: string): void
  /** Milliseconds that `close` waits for accepted work; Node-RED gives a node 15 seconds to close. */
  closeLimit?: number
}

/** Keeps one lane at work: gives it one request at a time, in order, and a successor when it dies. */
export function createSupervisor({ start, stopped, log, closeLimit = 10_000 }: SupervisorOptions) {
  const strikes = createStrikes()
  const waiting: Job[] = []
  let current: Job | null = null
  let lane: Lane | null = null
  let ready = false
  let loaded: LoadedModel[] = []
  let printed: string[] = []
  let restarts = 0
  /** Lanes that died at work since the last reply. */
  let deaths = 0
  let notBefore = 0
  let pause: NodeJS.Timeout | null = null
  let closing: Promise<void> | null = null
  let closed = false
  let settled = () => {}

  function submit(packet: Packet<Request>, path: string): Promise<Answer> {
    if (closing) return Promise.reject(closedError())
    return new Promise((resolve, reject) => {
      waiting.push({ packet, path, queued: performance.now(), started: 0, resolve, reject })
      next()
    })
  }

  function next(): void {
    if (current || pause) return
    const delay = notBefore - Date.now()
    if (waiting.length > 0 && !lane && delay > 0) {
      pause = setTimeout(resume, delay)
      return
    }
    const job = takeRunnable()
    if (!job) {
      lane?.hold(false)
      settled()
      return
    }
    current = job
    job.started = performance.now()
    if (!lane) startLane()
    lane?.hold(true)
    if (ready) lane?.send(job.packet)
  }

  function resume(): void {
    if (pause) clearTimeout(pause)
    pause = null
    notBefore = 0
    next()
  }

  function takeRunnable(): Job | undefined {
    for (let job = waiting.shift(); job; job = waiting.shift()) {
      if (job.packet.body.op === 'release') {
        strikes.clear(job.path)
        if (lane) return job
        job.resolve({ ok: null, blocks: [], wait: 0 })
        continue
      }
      if (!strikes.isSetAside(job.path)) return job
      job.reject(
        new EngineError(
          'model-set-aside',
          `${basename(job.path)} is not run any more, because it ended the inference process three times in a row. Replace the file or choose another device, then deploy again.`,
        ),
      )
    }
    return undefined
  }

  function startLane(): void {
    printed = []
    const events: LaneEvents = {
      reply,
      ended,
      loaded: (models) => {
        loaded = models
      },
      printed: (line) => {
        printed = [...printed.slice(1 - KEPT_LINES), line]
        log(line)
      },
    }
    try {
      const started = start(events)
      lane = started.lane
      lane.send({ body: { op: 'start', settings: started.settings }, blocks: [] })
    } catch (error) {
      ended(`could not be started (${(error as Error).message})`)
    }
  }

  function reply({ body, blocks }: Packet<Reply>): void {
    if (!ready) {
      ready = true
      if (current) lane?.send(current.packet)
      return
    }
    const job = current
    if (!job) return
    current = null
    deaths = 0
    if ('error' in body) job.reject(new EngineError(body.error.code, body.error.message))
    else {
      if (job.packet.body.op === 'run') strikes.clear(job.path)
      job.resolve({ ok: body.ok, blocks, wait: job.started - job.queued })
    }
    next()
  }

  function ended(how: string): void {
    const job = current
    const wasReady = ready
    current = null
    lane = null
    ready = false
    loaded = []
    stopped()
    if (job) fail(job, how, wasReady)
    else if (!closing) log(`The inference process ${how} while it was idle; the next run starts another.`)
    if (closing) settled()
    next()
  }

  function fail(job: Job, how: string, wasReady: boolean): void {
    deaths++
    restarts++
    if (deaths > 1) notBefore = Date.now() + Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (deaths - 2))
    const words = printed.findLast((line) => /error|what\(\)/i.test(line)) ?? printed.at(-1)
    const said = words ? ` It last said: "${words}".` : ''
    if (wasReady) {
      strikes.add(job.path)
      const name = basename(job.path)
      const advice = strikes.isSetAside(job.path)
        ? `This was the third time in a row, so the model is set aside until its file changes or the flow is deployed again.`
        : 'It restarts by itself; send the message again.'
      job.reject(
        new EngineError('lane-died', `The inference process ${how} while it worked on ${name}.${said} ${advice}`),
      )
    } else
      job.reject(
        new EngineError(
          'lane-died',
          `The inference process ${how} before it was ready.${said} It is tried again with the next message.`,
        ),
      )
  }

  async function close(): Promise<void> {
    const limit = setTimeout(() => {
      for (const job of waiting.splice(0)) job.reject(closedError())
      lane?.kill()
      closed = true
      settled()
    }, closeLimit)
    resume()
    while ((current || waiting.length > 0) && !closed) await nextSettled()
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
    submit,
    close: () => {
      closing ??= Promise.resolve().then(close)
      return closing
    },
    get state(): Pick<EngineState, 'lane' | 'pid' | 'loaded' | 'running' | 'waiting' | 'restarts' | 'setAside'> {
      return {
        lane: closed ? 'closed' : ready ? 'ready' : lane ? 'starting' : pause ? 'waiting' : 'idle',
        pid: lane?.pid,
        loaded,
        running: current !== null,
        waiting: waiting.length,
        restarts,
        setAside: strikes.setAside(),
      }
    },
  }
}

function closedError(): EngineError {
  return new EngineError(
    'closed',
    'The engine was closed before this run could start, because the flow was deployed again or Node-RED is ending.',
  )
}
