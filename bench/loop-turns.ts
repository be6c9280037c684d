/**
 * Loaded into a Node-RED by NODE_OPTIONS. When SIGCONT comes it writes, into the file that DAISYCHAIN_LOOP names, how
 * late its event loop was since the last time, and how much of that it worked itself; then it starts over.
 */
import { writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'
import { timeOnCore } from '../scripts/torture/time-on-core'

/** In milliseconds. */
export interface Turns {
  /** How late a timer was, whatever the reason: the 99th percentile. */
  late: number
  /**
   * Time on a core of this thread between two timers, the 99th percentile: how late it would be on a computer
   * that has nothing else to do.
   */
  worked: number
  /** The longest such time. */
  longest: number
}

const file = process.env.DAISYCHAIN_LOOP
if (file && isMainThread) watch(file)

function watch(file: string): void {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const spent = timeOnCore()
  let worked: number[] = []
  let last = spent()
  setInterval(() => {
    const now = spent()
    worked.push(now - last)
    last = now
  }, 1).unref()
  process.on('SIGCONT', () => {
    worked.sort((a, b) => a - b)
    const turns: Turns = {
      late: delay.percentile(99) / 1e6,
      worked: worked[Math.floor((worked.length - 1) * 0.99)] ?? 0,
      longest: worked[worked.length - 1] ?? 0,
    }
    writeFileSync(file, `${JSON.stringify(turns)}\n`)
    delay.reset()
    worked = []
  })
}
