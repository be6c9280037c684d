import type { TensorInfo } from '../engine'
import { inWords } from './names'

/**
 * Whether a network gets points in a picture that another network has processed (the decoder of Segment Anything): it
 * takes no picture itself.
 */
export function isClicked(inputs: readonly TensorInfo[]): boolean {
  const has = (words: RegExp) => inputs.some(({ name }) => words.test(inWords(name)))
  return has(/point coords?/) && has(/point labels?/) && has(/embed/)
}
