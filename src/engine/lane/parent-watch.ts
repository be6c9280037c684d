import { Worker } from 'node:worker_threads'

/** As text, so that it needs no separate file and imports none of our modules. */
const WATCHER = `
  const { Socket } = require('node:net')
  const die = () => process.kill(process.pid, 'SIGKILL')
  new Socket({ fd: 0 }).on('error', die).on('close', die).resume()`

/**
 * Ends this process at once when its parent has gone, even during a native run, when the main thread gets no
 * events. A small thread waits for the end of the standard input.
 */
export function dieWithParent(): void {
  const limits = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2 }
  const watcher = new Worker(WATCHER, { eval: true, execArgv: [], resourceLimits: limits, name: 'parent-watch' })
  watcher.on('error', () => {}) // Without the thread, the lane would notice after its run.
  watcher.unref()
}
