import type { TensorInfo } from '../engine'
import { inWords } from './names'

/**
 * Whether a network takes points in a picture that another network has processed, but no picture itself (the
 * decoder of Segment Anything).
 */
export function isClicked(inputs: readonly TensorInfo[]): boolean {
  const has = (words: RegExp) => inputs.some(({ name }) => words.test(inWords(name)))
  return has(/point coords?/) && has(/point labels?/) && has(/embed/)
}
