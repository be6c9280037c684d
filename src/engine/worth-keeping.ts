import type { Fetch } from './types'

/** Smaller results are not worth a place in the store. Bytes. */
const SMALLEST = 2 ** 14

const KINDS: readonly (Fetch['kind'] | undefined)[] = ['pixels', 'plane', 'argmax']

/** Pictures begin and end where the system's pages do. */
const PAGE = 4096

/** Whether a result stays with the engine until it is read: others than pictures and label maps are read at once anyway. */
export function isWorthKeeping(fetch: Fetch | undefined, bytes: number): boolean {
  return bytes >= SMALLEST && KINDS.includes(fetch?.kind)
}

/** Bytes that a picture takes in the store. */
export function wholePages(bytes: number): number {
  return Math.ceil(bytes / PAGE) * PAGE
}
