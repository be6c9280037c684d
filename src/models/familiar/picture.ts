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
export function glance({ width, height, data }: Image): Float32Array {
  const planes = new Float32Array(3 * SIDE * SIDE)
  const places = (size: number) =>
    Int32Array.from({ length: SIDE * POINTS }, (_, i) => Math.floor(((i + 0.5) * size) / (SIDE * POINTS)))
  const [columns, rows] = [places(width), places(height)]
  const share = 1 / (127.5 * POINTS * POINTS)
  planes.fill(-1)
  for (let y = 0; y < rows.length; y++) {
    const cellRow = Math.floor(y / POINTS) * SIDE
    for (let x = 0; x < columns.length; x++) {
      const at = ((rows[y] as number) * width + (columns[x] as number)) * 3
      const cell = cellRow + Math.floor(x / POINTS)
      for (let channel = 0; channel < 3; channel++) {
        const to = channel * SIDE * SIDE + cell
        planes[to] = (planes[to] as number) + (data[at + channel] as number) * share
      }
    }
  }
  return planes
}
