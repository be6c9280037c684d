/**
 * Passes values on to something slow: one at a time and no faster than every `interval` ms. Of the values that arrive
 * in the meantime, only the latest is kept.
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
