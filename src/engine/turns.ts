/**
 * Waiting jobs of several callers that take turns, so that one with many jobs can't keep the others waiting.
 */
export interface Turns<T> {
  add(caller: unknown, job: T): void
  /** The next job: each caller's jobs in order of arrival, callers in turn. */
  take(): T | undefined
  /** The caller's next job, if it matches and no other caller is waiting. */
  takeAlong(caller: unknown, isWanted: (job: T) => boolean): T | undefined
  /** Removes a caller's job, if it is still waiting. */
  remove(caller: unknown, job: T): boolean
  /** Puts these jobs of a caller back at the front. */
  putBack(caller: unknown, jobs: T[]): void
  /** Removes all jobs of one caller, or of all. */
  clear(caller?: unknown): T[]
  readonly size: number
}

export function createTurns<T>(): Turns<T> {
  /**
   * A Map keeps its order: the caller whose turn it is comes first, and moves to the end when a job is taken.
   */
  const jobs = new Map<unknown, T[]>()
  return {
    add(caller, job) {
      const own = jobs.get(caller)
      if (own) own.push(job)
      else jobs.set(caller, [job])
    },
    take() {
      for (const [caller, own] of jobs) {
        jobs.delete(caller)
        const job = own.shift()
        if (own.length > 0) jobs.set(caller, own)
        return job
      }
      return undefined
    },
    takeAlong(caller, isWanted) {
      const own = jobs.get(caller)
      const [next] = own ?? []
      if (!own || !next || jobs.size > 1 || !isWanted(next)) return undefined
      own.shift()
      if (own.length === 0) jobs.delete(caller)
      return next
    },
    remove(caller, job) {
      const own = jobs.get(caller)
      const at = own?.indexOf(job) ?? -1
      if (!own || at < 0) return false
      own.splice(at, 1)
      if (own.length === 0) jobs.delete(caller)
      return true
    },
    putBack(caller, back) {
      const others = [...jobs].filter(([other]) => other !== caller)
      const own = [...back, ...(jobs.get(caller) ?? [])]
      jobs.clear()
      for (const [other, theirs] of [[caller, own] as const, ...others]) jobs.set(other, theirs)
    },
    clear(caller) {
      const callers = caller === undefined ? [...jobs.keys()] : [caller]
      return callers.flatMap((one) => {
        const own = jobs.get(one) ?? []
        jobs.delete(one)
        return own
      })
    },
    get size() {
      let size = 0
      for (const own of jobs.values()) size += own.length
      return size
    },
  }
}
