import type { Image } from '../../../src/types'
import { paint } from '../support'

/** From 0 to 255 and back. */
const bent = (number: number) => Math.abs((number % 510) - 255)

/** A picture whose every part differs; the twins' make.py paint the same. */
export const colourful = (width: number, height: number): Image =>
  paint(width, height, (x, y) => [bent(3 * x + 2 * y), bent(5 * y + 7), bent(2 * x + 4 * y + 100)])
