/**
 * Loaded into a Node-RED by NODE_OPTIONS. On SIGCONT it writes to the file named by DAISYCHAIN_LOOP how late
 * the event loop was since the last signal, and how much of that was its own work; then it starts over.
 */
import { writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'
import { timeOnCore } from '../scripts/torture/time-on-core'

/** In milliseconds. */
export interface Turns {
  /** How late timers were, for whatever reason: the 99th percentile. */
  late: number
  /**
   * This thread's CPU time between two timers, the 99th percentile: how late it would be on an otherwise idle
   * computer.
   */
  worked: number
  /** The longest such interval. */
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
