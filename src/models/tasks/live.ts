import type { Job } from './task'

/** The minimum interval between reports of unfinished text, in milliseconds. */
const INTERVAL = 120

/**
 * Reports the text written so far, if anyone listens.
 *
 * @returns a function to call after each token
 */
export function createLive({ partial }: Job, written: () => Promise<Record<string, unknown>>): () => Promise<void> {
  let last = Number.NEGATIVE_INFINITY
  return async () => {
    if (!partial || performance.now() - last < INTERVAL) return
    partial(await written())
    last = performance.now()
  }
}
