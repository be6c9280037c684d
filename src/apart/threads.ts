import { Worker } from 'node:worker_threads'
import { type FromThread, type Outcome, revive, type ToThread, tell } from './program'
import { memorySize } from './this-machine'

/** A task that may be slow for unusual files or texts. A thread's program offers it; see `serveThread`. */
export interface Task {
  /** The absolute path of the program. */
  program: string
  /** Tasks with the same key share a thread and its caches. A task without a key gets a thread of its own. */
  key?: string
  call: string
  /** Anything `structuredClone` accepts. */
  args: unknown[]
  /** Functions that the program may call while it runs. Their time doesn't count towards the limit. */
  // biome-ignore lint/suspicious/noExplicitAny: each takes what the program gives
  answers?: Record<string, (...args: any[]) => unknown>
}

interface TaskOptions {
  /** The owner of the task, for cancelling it. */
  caller?: unknown
  /** In milliseconds; 0 means no limit. */
  timeLimit: number
}

/**
 * Why a task ended without a result: it took too long, its thread ended (for example because memory ran out),
 * or it was cancelled.
 */
export class ThreadError extends Error {
  constructor(
    readonly how: 'late' | 'memory' | 'ended' | 'cancelled',
    reason = '',
  ) {
    super(reason)
  }
}

interface Work extends TaskOptions {
  task: Task
  resolve(value: unknown): void
  reject(error: Error): void
}

/** How long an idle thread keeps its caches, in milliseconds. */
const KEEP = 5 * 60_000
/** The memory limit of a thread in megabytes. Large vocabularies need a few hundred. */
const MEMORY = Math.max(256, Math.min(2048, memorySize() / 2 ** 20 / 4))

export type Threads = ReturnType<typeof createThreads>

/**
 * Threads for work that must neither block nor crash Node-RED's thread. They only run JavaScript, so they can
 * be ended at any time.
 */
export function createThreads() {
  const threads = new Map<unknown, ReturnType<typeof createThread>>()
  return {
    run<T>(task: Task, options: TaskOptions): Promise<T> {
      const key = task.key === undefined ? Symbol('alone') : `${task.program} ${task.key}`
      const keep = task.key === undefined ? 0 : KEEP
      const thread = threads.get(key) ?? createThread(task.program, keep, () => threads.delete(key))
      threads.set(key, thread)
      return new Promise((resolve, reject) => {
        thread.add({ task, ...options, resolve: resolve as Work['resolve'], reject })
      })
    },
    /** Cancels the tasks of a caller, or all tasks. */
    cancel(caller?: unknown) {
      for (const thread of threads.values()) thread.cancel(caller)
    },
    /** Ends all threads and cancels their tasks. */
    close() {
      for (const thread of threads.values()) thread.close()
    },
  }
}

function createThread(program: string, keep: number, gone: () => void) {
  let worker: Worker | null = null
  let waiting: Work[] = []
  let current: Work | null = null
  let alarm: NodeJS.Timeout | undefined
  let idle: NodeJS.Timeout | undefined

  function next(): void {
    if (current) return
    clearTimeout(idle)
    current = waiting.shift() ?? null
    if (!current) {
      worker?.unref()
      idle = setTimeout(close, keep).unref()
      return
    }
    try {
      worker ??= start()
      worker.ref()
      send({ call: current.task.call, args: current.task.args })
      watch()
    } catch (error) {
      finish((work) => work.reject(new ThreadError('ended', (error as Error).message)))
    }
  }

  function start(): Worker {
    const started = new Worker(program, { execArgv: [], resourceLimits: { maxOldGenerationSizeMb: MEMORY } })
    let reason: NodeJS.ErrnoException | undefined
    started.on('error', (error) => {
      reason = error
    })
    started.on('exit', () => {
      if (worker !== started) return
      worker = null
      const how = reason?.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'ended'
      finish((work) => work.reject(new ThreadError(how, reason?.message)))
    })
    started.on('message', (message: FromThread) => {
      if (worker !== started || !current) return
      if ('ask' in message) void answer(started, current, message)
      else if ('error' in message) finish((work) => work.reject(revive(message.error)))
      else finish((work) => work.resolve(message.ok))
    })
    return started
  }

  async function answer(asking: Worker, { task }: Work, { ask, args }: { ask: string; args: unknown[] }) {
    clearTimeout(alarm)
    let outcome: Outcome
    try {
      outcome = { ok: await task.answers?.[ask]?.(...args) }
    } catch (error) {
      outcome = { error: tell(error) }
    }
    if (worker !== asking) return
    send({ answer: outcome })
    watch()
  }

  function send(message: ToThread): void {
    worker?.postMessage(message)
  }

  function watch(): void {
    clearTimeout(alarm)
    if (current && current.timeLimit > 0) alarm = setTimeout(() => giveUp(new ThreadError('late')), current.timeLimit)
  }

  /** Ends the thread, even if it is busy. The next task gets a new one. */
  function giveUp(error: Error): void {
    end()
    finish((work) => work.reject(error))
  }

  function finish(settle: (work: Work) => void): void {
    clearTimeout(alarm)
    const work = current
    current = null
    if (work) settle(work)
    next()
  }

  function end(): void {
    void worker?.terminate()
    worker = null
  }

  function close(): void {
    clearTimeout(idle)
    cancel()
    clearTimeout(idle)
    end()
    gone()
  }

  function cancel(caller?: unknown): void {
    const isMeant = (work: Work) => caller === undefined || work.caller === caller
    const given = waiting.filter(isMeant)
    waiting = waiting.filter((work) => !isMeant(work))
    for (const work of given) work.reject(new ThreadError('cancelled'))
    if (current && isMeant(current)) giveUp(new ThreadError('cancelled'))
  }

  return {
    add(work: Work) {
      waiting.push(work)
      next()
    },
    cancel,
    close,
  }
}
