/** Calls `act` with the newest value, at once and then at most every `interval` ms; the last value always gets through. */
export function throttle<T>(interval: number, act: (value: T) => void): { (value: T): void; cancel(): void } {
  let timer: NodeJS.Timeout | undefined
  let next: { value: T } | undefined

  function pass(value: T) {
    act(value)
    timer = setTimeout(() => {
      timer = undefined
      const held = next
      next = undefined
      if (held) pass(held.value)
    }, interval)
    timer.unref()
  }

  function call(value: T) {
    if (timer) next = { value }
    else pass(value)
  }
  call.cancel = () => {
    clearTimeout(timer)
    timer = undefined
    next = undefined
  }
  return call
}
