/** How long to wait for the next value, as a factor of the usual time between values. */
const LATE = 1.25

/**
 * Calls `act` with the newest value, at once and then at most every `interval` ms. The last value is never
 * lost. If values come regularly, the one held back is out of date at the end of the interval, so the next
 * one is awaited and replaces it.
 */
export function throttle<T>(interval: number, act: (value: T) => void): { (value: T): void; cancel(): void } {
  let timer: NodeJS.Timeout | undefined
  let next: { value: T } | undefined
  let isOver = true
  let called = Number.NEGATIVE_INFINITY
  /** Milliseconds between the last calls. */
  let gaps = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]

  function pass(value: T) {
    next = undefined
    isOver = false
    act(value)
    wait(interval, () => {
      isOver = true
      const gap = Math.max(...gaps)
      const due = called + gap * LATE - performance.now()
      if (next && gap < interval && due > 0) wait(due, passHeld)
      else passHeld()
    })
  }

  function passHeld() {
    if (next) pass(next.value)
  }

  function wait(ms: number, then: () => void) {
    clearTimeout(timer)
    timer = setTimeout(then, ms)
    timer.unref()
  }

  function call(value: T) {
    const now = performance.now()
    gaps = [gaps[1] as number, now - called]
    called = now
    if (isOver) pass(value)
    else next = { value }
  }
  call.cancel = () => {
    clearTimeout(timer)
    isOver = true
    next = undefined
  }
  return call
}
