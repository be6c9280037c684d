/** Of the time in which the next value was due, how much longer it is waited for. */
const LATE = 1.25

/**
 * Calls `act` with the newest value, at once and then at most every `interval` ms; the last value always gets
 * through. While values come regularly, one held at the end of the interval is out of date: the next one
 * takes its place as soon as it comes.
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
