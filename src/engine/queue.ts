export interface QueueOptions {
  /** When a job comes while `limit` wait: `latest` drops the oldest waiting one, `drop` the new one, `all` makes its push wait. */
  policy: 'latest' | 'all' | 'drop'
  /** How many jobs may wait behind the one at work; at least 1. */
  limit: number
}

export type Pushed<R> = { done: R } | { dropped: true }

export interface Queue<T, R> {
  /** Resolves when the job is done or was dropped; rejects with what the work threw. */
  push(job: T): Promise<Pushed<R>>
  /** Resolves when a pushed job would be taken without dropping one or waiting for a place: what a source awaits between jobs. */
  room(): Promise<void>
  /** Jobs accepted or held back, without the one at work. */
  readonly waiting: number
  /** Jobs dropped so far. */
  readonly dropped: number
  /** Drops what waits and resolves when the job at work has ended; later pushes are dropped. */
  close(): Promise<void>
}

interface Entry<T, R> {
  job: T
  resolve(result: Pushed<R>): void
  reject(error: unknown): void
}

/** A bounded queue in front of `work`, which is given one job at a time. */
export function createQueue<T, R>({ policy, limit }: QueueOptions, work: (job: T) => Promise<R>): Queue<T, R> {
  if (!(limit >= 1)) throw new RangeError(`A queue needs a limit of at least 1, not ${limit}.`)
  const waiting: Entry<T, R>[] = []
  let roomSeekers: (() => void)[] = []
  let dropped = 0
  let closed = false
  let busy = false
  let drained: Promise<void> = Promise.resolve()

  const hasRoom = () => closed || !busy || waiting.length < limit

  function drop(entry: Entry<T, R> | undefined) {
    if (!entry) return
    dropped++
    entry.resolve({ dropped: true })
  }

  async function drain() {
    busy = true
    for (let entry = waiting.shift(); entry; entry = waiting.shift()) {
      tellRoom()
      try {
        entry.resolve({ done: await work(entry.job) })
      } catch (error) {
        entry.reject(error)
      }
    }
    busy = false
    tellRoom()
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
        if (!busy) drained = drain()
      })
    },
    async room() {
      while (!hasRoom()) await new Promise<void>((resolve) => roomSeekers.push(resolve))
    },
    get waiting() {
      return waiting.length
    },
    get dropped() {
      return dropped
    },
    async close() {
      closed = true
      for (const entry of waiting.splice(0)) drop(entry)
      tellRoom()
      await drained
    },
  }
}
