type Done = (error?: Error) => void

/** Requests, done one after the other. */
export interface Turns<T> {
  add(asked: T, done: Done): void
  /** Ends the current request and discards the waiting ones. */
  cancel(): void
  /** The same, permanently. */
  close(): void
}

/** @param work resolves with the error, if any; soon, if it is aborted */
export function createTurns<T>(work: (asked: T, signal: AbortSignal) => Promise<Error | undefined>): Turns<T> {
  const waiting: { asked: T; done: Done }[] = []
  let current: AbortController | null = null
  let isClosed = false

  async function next(): Promise<void> {
    const turn = current || isClosed ? undefined : waiting.shift()
    if (!turn) return
    const stop = new AbortController()
    current = stop
    turn.done(await work(turn.asked, stop.signal))
    stop.abort()
    current = null
    return next()
  }

  function cancel(): void {
    for (const { done } of waiting.splice(0)) done()
    current?.abort()
  }

  return {
    add(asked, done) {
      waiting.push({ asked, done })
      void next()
    },
    cancel,
    close() {
      isClosed = true
      cancel()
    },
  }
}
