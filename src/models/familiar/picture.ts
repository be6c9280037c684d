import type { Image } from '../../types'
import { SIDE, WIDE } from './network'

/** Points a side of each cell that are looked at. */
const POINTS = 4

/**
 * Writes a picture as the network sees it: planes of R, G and B, SIDE × SIDE, −1 to 1. Each is the mean of a few points of its
 * cell, so that a large picture costs no more than a small one.
 *
 * @param image of three channels, bytes
 * @param planes the network's input
 * @returns how far apart the darkest and the brightest of its values are
 */
export function glance({ width, height, data }: Image, planes: Float64Array): number {
  findPlaces(columns, width, 3)
  findPlaces(rows, height, 3 * width)
  let [low, high] = [1, -1]
  for (let row = 0; row < SIDE; row++) {
    const first = rows[row * POINTS] as number
    const second = rows[row * POINTS + 1] as number
    const third = rows[row * POINTS + 2] as number
    const fourth = rows[row * POINTS + 3] as number
    for (let column = 0; column < SIDE; column++) {
      let red = 0
      let green = 0
      let blue = 0
      for (let x = column * POINTS; x < (column + 1) * POINTS; x++) {
        const left = columns[x] as number
        const a = first + left
        const b = second + left
        const c = third + left
        const d = fourth + left
        red += sum(data, a, b, c, d)
        green += sum(data, a + 1, b + 1, c + 1, d + 1)
        blue += sum(data, a + 2, b + 2, c + 2, d + 2)
      }
      red = red * SHARE - 1
      green = green * SHARE - 1
      blue = blue * SHARE - 1
      low = Math.min(low, red, green, blue)
      high = Math.max(high, red, green, blue)
      const cell = (row + 1) * WIDE + column + 1
      planes[cell] = red
      planes[cell + PLANE] = green
      planes[cell + 2 * PLANE] = blue
    }
  }
  return high - low
}

function sum(data: Image['data'], a: number, b: number, c: number, d: number): number {
  return (data[a] as number) + (data[b] as number) + (data[c] as number) + (data[d] as number)
}

/** Whether there is nothing to see: no world looks like that, though a cut-out thing may be small on black. */
export function isFlat(contrast: number): boolean {
  return contrast < 0.1
}

const PLANE = WIDE * WIDE
const SHARE = 1 / (127.5 * POINTS * POINTS)

// Kept, as the network's memory is.
const columns = new Int32Array(SIDE * POINTS)
const rows = new Int32Array(SIDE * POINTS)

/** Where along a side of this many pixels the points lie, in steps of `stride`. */
function findPlaces(found: Int32Array, size: number, stride: number): void {
  for (let i = 0; i < found.length; i++) found[i] = Math.floor(((i + 0.5) * size) / found.length) * stride
}
