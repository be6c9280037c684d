import type { Fetch } from './types'

/** Smaller results aren't worth keeping in the store. Bytes. */
const SMALLEST = 2 ** 14

const KINDS: readonly (Fetch['kind'] | undefined)[] = ['pixels', 'plane', 'argmax']

/** Pictures are aligned to the system's pages. */
const PAGE = 4096

/**
 * Whether a result stays with the engine until it is read: anything but pictures and label maps is read at once anyway.
 */
export function isWorthKeeping(fetch: Fetch | undefined, bytes: number): boolean {
  return bytes >= SMALLEST && KINDS.includes(fetch?.kind)
}

/** Bytes that a picture takes in the store. */
export function wholePages(bytes: number): number {
  return Math.ceil(bytes / PAGE) * PAGE
}
