import type { Image } from '../../types'
import { SIDE } from './network'

/** Points a side of each cell that are looked at. */
const POINTS = 4

/**
 * A picture as the network sees it: planes of R, G and B, SIDE × SIDE, −1 to 1. Each is the mean of a few points of its
 * cell, so that a large picture costs no more than a small one.
 *
 * @param image of three channels, bytes
 */
export function glance({ width, height, data }: Image): Float64Array {
  const planes = new Float64Array(3 * AREA)
  const [columns, rows] = [places(width, 3), places(height, 3 * width)]
  let cell = 0
  for (let top = 0; top < rows.length; top += POINTS) {
    for (let left = 0; left < columns.length; left += POINTS) {
      let [red, green, blue] = [0, 0, 0]
      for (let y = top; y < top + POINTS; y++) {
        for (let x = left; x < left + POINTS; x++) {
          const at = (rows[y] as number) + (columns[x] as number)
          red += data[at] as number
          green += data[at + 1] as number
          blue += data[at + 2] as number
        }
      }
      planes[cell] = red * SHARE - 1
      planes[cell + AREA] = green * SHARE - 1
      planes[cell + 2 * AREA] = blue * SHARE - 1
      cell++
    }
  }
  return planes
}

/** Whether there is nothing to see: no world looks like that, though a cut-out thing may be small on black. */
export function isFlat(planes: Float64Array): boolean {
  let [low, high] = [1, -1]
  for (const value of planes) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return high - low < 0.1
}

const AREA = SIDE * SIDE
const SHARE = 1 / (127.5 * POINTS * POINTS)

/** Where along a side of so many pixels the points lie, in steps of `stride`. */
function places(size: number, stride: number): Int32Array {
  const count = SIDE * POINTS
  return Int32Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * size) / count) * stride)
}
