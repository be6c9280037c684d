import type { Job } from './task'

/** Milliseconds: text is reported while it is written, but not more often than this. */
const INTERVAL = 120

/**
 * Reports what is written so far, now and then, if anyone wants to know.
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
