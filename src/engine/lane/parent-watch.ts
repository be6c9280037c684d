import { Worker } from 'node:worker_threads'

/** Needs no separate file, and none of our modules. */
const WATCHER = `
  const { Socket } = require('node:net')
  const die = () => process.kill(process.pid, 'SIGKILL')
  new Socket({ fd: 0 }).on('error', die).on('close', die).resume()`

/**
 * Ends this process at once when its parent is gone, even in the middle of a native run, during which the main thread
 * gets no events: a small thread waits for the end of the standard input.
 */
export function dieWithParent(): void {
  const limits = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2 }
  const watcher = new Worker(WATCHER, { eval: true, execArgv: [], resourceLimits: limits, name: 'parent-watch' })
  watcher.on('error', () => {}) // Without this, the lane notices after its run.
  watcher.unref()
}
