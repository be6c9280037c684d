import { isKeptArray } from './kept'
import type { Fetch } from './types'

/** Smaller results aren't worth keeping in the store. Bytes. */
const SMALLEST = 2 ** 14

const PICTURES: readonly Fetch['kind'][] = ['pixels', 'plane', 'argmax']

/** Pictures are aligned to the system's pages. */
const PAGE = 4096

/**
 * Whether a result stays with the engine until it is read: pictures, label maps, and tensors for another run.
 * Others are read at once anyway.
 * @param array what kind of array its numbers are in
 */
export function isWorthKeeping(fetch: Fetch | undefined, array: string, bytes: number): boolean {
  if (!fetch || bytes < SMALLEST || !isKeptArray(array)) return false
  return PICTURES.includes(fetch.kind) || (fetch.kind === 'tensor' && fetch.stays === true)
}

/** Bytes that a picture takes in the store. */
export function wholePages(bytes: number): number {
  return Math.ceil(bytes / PAGE) * PAGE
}
