import { cellMeans, type GlimpseSize } from '../../engine'
import { glimpseOf, type Image, toBytes } from '../../types'
import { SIDE, WIDE } from './network'

/**
 * The size in which the networks see a picture. The engine makes this small form of pictures that stay in the
 * lane.
 */
export const GLANCE: GlimpseSize = { side: SIDE, isSquare: true }

/**
 * Writes a picture into the network's input: R, G and B planes of SIDE × SIDE values from −1 to 1.
 *
 * @param image a picture with three channels
 * @param planes the network's input
 * @returns the difference between the largest and the smallest value
 */
export function glance(image: Image, planes: Float64Array): number {
  const small = (image.range ? undefined : glimpseOf(image, SIDE, true)?.data) ?? madeSmall(toBytes(image))
  let [low, high] = [1, -1]
  for (let row = 0, at = 0; row < SIDE; row++)
    for (let cell = (row + 1) * WIDE + 1; cell < (row + 2) * WIDE; cell++)
      for (let plane = cell; plane < planes.length; plane += WIDE * WIDE) {
        const value = (small[at++] as number) / 127.5 - 1
        low = Math.min(low, value)
        high = Math.max(high, value)
        planes[plane] = value
      }
  return high - low
}

function madeSmall(image: Image): Uint8Array {
  cellMeans(image, SIDE, SIDE, kept)
  return kept
}

// Allocated once and reused, like the network's buffers.
const kept = new Uint8Array(3 * SIDE * SIDE)

/**
 * Whether a picture is a single flat colour. No world contains such pictures. The limit is low, because a
 * small cut-out object on black is legitimate.
 */
export function isFlat(contrast: number): boolean {
  return contrast < 0.1
}
