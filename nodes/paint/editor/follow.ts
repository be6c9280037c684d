/**
 * Passes values on to a slow receiver, one at a time and at most one every `interval` ms. Only the latest of
 * the values that arrive meanwhile is kept.
 */
export function createFollower<T>(interval: number, send: (value: T) => Promise<unknown>): (value: T) => void {
  let waiting: { value: T } | null = null
  let busy = false

  async function run(): Promise<void> {
    busy = true
    while (waiting) {
      const { value } = waiting
      waiting = null
      await Promise.all([send(value), new Promise((resolve) => setTimeout(resolve, interval))])
    }
    busy = false
  }

  return (value) => {
    waiting = { value }
    if (!busy) void run()
  }
}
