import type { Job } from './task'

/** Milliseconds: text is reported while it is written, but not more often than this. */
const INTERVAL = 120

/**
 * Tells what is written so far, now and then, where somebody wants to know.
 *
 * @returns to be called after each token
 */
export function createLive({ partial }: Job, written: () => Promise<Record<string, unknown>>): () => Promise<void> {
  let last = Number.NEGATIVE_INFINITY
  return async () => {
    if (!partial || performance.now() - last < INTERVAL) return
    partial(await written())
    last = performance.now()
  }
}
