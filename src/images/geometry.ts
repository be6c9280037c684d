import type { Image } from '../types'
import { throughSharp } from './through-sharp'

/** `[left, top, right, bottom]`, each from 0 to 1, with the origin at the top left. */
export type Box = readonly [left: number, top: number, right: number, bottom: number]

/** Crops a picture to a box, of at least one pixel. Any part of the box outside the picture is ignored. */
export async function crop(image: Image, box: Box): Promise<Image> {
  const [left, width] = span(box[0], box[2], image.width)
  const [top, height] = span(box[1], box[3], image.height)
  if (width === image.width && height === image.height) return image
  return throughSharp(image, (pixels) => pixels.extract({ left, top, width, height }))
}

function span(from: number, to: number, size: number): [start: number, length: number] {
  const start = Math.min(size - 1, Math.max(0, Math.round(Math.min(from, to) * size)))
  const end = Math.min(size, Math.max(start + 1, Math.round(Math.max(from, to) * size)))
  return [start, end - start]
}

/**
 * Rotates a picture clockwise. Unless it is by a multiple of 90 degrees, the picture grows and its corners
 * are black (transparent if it has alpha).
 */
export async function rotate(image: Image, degrees: number): Promise<Image> {
  if (degrees % 360 === 0) return image
  const background = { r: 0, g: 0, b: 0, alpha: image.channels === 4 ? 0 : 1 }
  return throughSharp(image, (pixels) => pixels.rotate(degrees, { background }))
}

/** Flips a picture horizontally, vertically or both. */
export async function flip(image: Image, leftRight: boolean, topBottom: boolean): Promise<Image> {
  if (!leftRight && !topBottom) return image
  return throughSharp(image, (pixels) => pixels.flop(leftRight).flip(topBottom))
}
