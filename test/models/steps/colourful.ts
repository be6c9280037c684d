import type { Image } from '../../../src/types'
import { paint } from '../support'

/** A triangle wave between 0 and 255. */
const bent = (number: number) => Math.abs((number % 510) - 255)

/** A picture in which every part differs. The twins' make.py scripts paint the same one. */
export const colourful = (width: number, height: number): Image =>
  paint(width, height, (x, y) => [bent(3 * x + 2 * y), bent(5 * y + 7), bent(2 * x + 4 * y + 100)])
