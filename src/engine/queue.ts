export interface QueueOptions {
  /**
   * What happens to a job that arrives while `limit` wait: `latest` discards the oldest waiting one, `drop`
   * discards the new one, and `all` makes its push wait.
   */
  policy: 'latest' | 'all' | 'drop'
  /** How many jobs may wait in addition to the current one; at least 1. */
  limit: number
  /** How many of the waiting jobs are started before their turn, as far as possible. Default 0. */
  ahead?: number
}

export type Pushed<R> = { done: R } | { dropped: true }

/** The part of the work that only one job at a time may do, in order of arrival. */
export interface Turn {
  /**
   * Resolves when it is this job's turn. Rejects if the queue is closed before that; the job then counts as
   * discarded.
   */
  readonly come: Promise<void>
  /** Resolves when all jobs before this one have ended. */
  readonly first: Promise<unknown>
  /** Passes the turn to the next job; this happens at the latest when the work ends. */
  pass(): void
}

export interface Queue<T, R> {
  /** Resolves when the job is done or was discarded, after the jobs before it; rejects with what the work threw. */
  push(job: T): Promise<Pushed<R>>
  /**
   * Resolves when a pushed job would be accepted without discarding one or waiting: a source awaits this
   * between jobs.
   */
  whenReady(): Promise<void>
  /** Jobs accepted or held back, excluding the current one. */
  readonly waiting: number
  /** Jobs discarded so far. */
  readonly dropped: number
  /** Discards waiting jobs and resolves when the current one has ended. Later pushes are discarded. */
  close(): Promise<void>
}

interface Entry<T, R> {
  job: T
  resolve(result: Pushed<R>): void
  reject(error: unknown): void
}

/** The error for a turn that never comes. */
const GIVEN_UP = new Error('The queue is closed.')

/** A bounded queue in front of `work`. */
export function createQueue<T, R>(
  { policy, limit, ahead = 0 }: QueueOptions,
  work: (job: T, turn: Turn) => Promise<R>,
): Queue<T, R> {
  if (!(limit >= 1)) throw new RangeError(`A queue needs a limit of at least 1, not ${limit}.`)
  const waiting: Entry<T, R>[] = []
  let roomSeekers: (() => void)[] = []
  let dropped = 0
  let closed = false
  let atWork = 0
  /** The first resolves when the last started job has passed on its turn, the second when it has ended. */
  let passed: Promise<void> = Promise.resolve()
  let ended: Promise<unknown> = Promise.resolve()

  const countWaiting = () => waiting.length + Math.max(0, atWork - 1)
  const hasRoom = () => closed || atWork === 0 || countWaiting() < limit

  function drop(entry: Entry<T, R> | undefined) {
    if (!entry) return
    dropped++
    entry.resolve({ dropped: true })
  }

  function begin() {
    while (atWork <= ahead) {
      const entry = waiting.shift()
      if (!entry) break
      atWork++
      tellRoom()
      const before = ended
      ended = perform(entry, before).then(() => {
        atWork--
        tellRoom()
        begin()
      })
    }
  }

  async function perform(entry: Entry<T, R>, before: Promise<unknown>): Promise<void> {
    const come = passed.then(() => {
      if (closed) throw GIVEN_UP
    })
    come.catch(() => {}) // A job may never wait for its turn.
    let pass = () => {}
    const own = new Promise<void>((resolve) => {
      pass = resolve
    })
    passed = passed.then(() => own)
    try {
      const done = await work(entry.job, { come, first: before, pass })
      pass()
      await before
      entry.resolve({ done })
    } catch (error) {
      pass()
      await before
      if (error === GIVEN_UP) drop(entry)
      else entry.reject(error)
    }
  }

  function tellRoom() {
    if (!hasRoom()) return
    const told = roomSeekers
    roomSeekers = []
    for (const tell of told) tell()
  }

  return {
    push(job) {
      return new Promise((resolve, reject) => {
        const entry = { job, resolve, reject }
        if (closed) return drop(entry)
        if (!hasRoom()) {
          if (policy === 'drop') return drop(entry)
          if (policy === 'latest') drop(waiting.shift())
        }
        waiting.push(entry)
        begin()
      })
    },
    async whenReady() {
      while (!hasRoom()) await new Promise<void>((resolve) => roomSeekers.push(resolve))
    },
    get waiting() {
      return countWaiting()
    },
    get dropped() {
      return dropped
    },
    async close() {
      closed = true
      for (const entry of waiting.splice(0)) drop(entry)
      tellRoom()
      await ended
    },
  }
}
