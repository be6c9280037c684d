import { cellMeans, type GlimpseSize } from '../../engine'
import { glimpseOf, type Image, toBytes } from '../../types'
import { SIDE, WIDE } from './network'

/** The form in which the networks see a picture. A picture that stays with the engine includes it. */
export const GLANCE: GlimpseSize = { side: SIDE, isSquare: true }

/**
 * Writes a picture as the network sees it: planes of R, G and B, SIDE × SIDE, −1 to 1.
 *
 * @param image of three channels
 * @param planes the network's input
 * @returns the difference between its darkest and brightest values
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

// Kept, as the network's memory is.
const kept = new Uint8Array(3 * SIDE * SIDE)

/** Whether there is nothing to see: no world looks like that, but a cut-out thing on black may be small. */
export function isFlat(contrast: number): boolean {
  return contrast < 0.1
}
