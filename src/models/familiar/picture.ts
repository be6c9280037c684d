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
  const sums = new Int32Array(3 * SIDE)
  for (let row = 0; row < SIDE; row++) {
    sums.fill(0)
    for (let y = row * POINTS; y < (row + 1) * POINTS; y++) addPoints(data, rows[y] as number, columns, sums)
    for (let column = 0; column < SIDE; column++) {
      const cell = row * SIDE + column
      planes[cell] = (sums[3 * column] as number) * SHARE - 1
      planes[cell + AREA] = (sums[3 * column + 1] as number) * SHARE - 1
      planes[cell + 2 * AREA] = (sums[3 * column + 2] as number) * SHARE - 1
    }
  }
  return planes
}

/** Adds the points of one line to the sums of its cells: R, G and B of the first cell, of the second and so on. */
function addPoints(data: Image['data'], row: number, columns: Int32Array, sums: Int32Array): void {
  for (let cell = 0; cell < SIDE; cell++) {
    const a = row + (columns[cell * POINTS] as number)
    const b = row + (columns[cell * POINTS + 1] as number)
    const c = row + (columns[cell * POINTS + 2] as number)
    const d = row + (columns[cell * POINTS + 3] as number)
    const to = 3 * cell
    sums[to] = (sums[to] as number) + sum(data, a, b, c, d)
    sums[to + 1] = (sums[to + 1] as number) + sum(data, a + 1, b + 1, c + 1, d + 1)
    sums[to + 2] = (sums[to + 2] as number) + sum(data, a + 2, b + 2, c + 2, d + 2)
  }
}

function sum(data: Image['data'], a: number, b: number, c: number, d: number): number {
  return (data[a] as number) + (data[b] as number) + (data[c] as number) + (data[d] as number)
}

/** Whether there is nothing to see: no world looks like that, though a cut-out thing may be small on black. */
export function isFlat(planes: Float64Array): boolean {
  let [low, high] = [1, -1]
  for (const value of planes) {
    if (value < low) low = value
    if (value > high) high = value
    if (high - low >= 0.1) return false
  }
  return true
}

const AREA = SIDE * SIDE
const SHARE = 1 / (127.5 * POINTS * POINTS)

/** Where along a side of so many pixels the points lie, in steps of `stride`. */
function places(size: number, stride: number): Int32Array {
  const count = SIDE * POINTS
  return Int32Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * size) / count) * stride)
}
