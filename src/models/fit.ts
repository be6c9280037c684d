import { resize } from '../images'
import type { Kernel } from '../images/resize'
import { Image } from '../types'
import type { SizeSpec } from './manifest'

/**
 * A canvas in whole pixels, and the position of the picture on it. The position is negative if the picture is
 * cropped.
 */
export interface Placement {
  width: number
  height: number
  box: { left: number; top: number; width: number; height: number }
}

/**
 * Shows the part of the picture inside `box` (left, top, right and bottom as fractions of its width and
 * height) in exactly this size. Areas beyond the picture's edges are filled with its mirror image.
 */
export interface PartSize {
  fit: 'part'
  width: number
  height: number
  box: readonly [left: number, top: number, right: number, bottom: number]
  kernel?: Kernel
}

/** A size that doesn't depend on other inputs. */
export type KnownSize = SizeSpec | PartSize

/** The placement of a picture of `width` × `height` on the model's canvas. */
export function placement(size: KnownSize, width: number, height: number): Placement {
  switch (size.fit) {
    case 'stretch':
    case 'tiles':
      return filled(size.width, size.height)
    case 'cover': {
      const scale = Math.max(size.width / width, size.height / height) / (size.share ?? 1)
      return inside(size, width * scale, height * scale, 2)
    }
    case 'letterbox': {
      const scale = Math.min(size.width / width, size.height / height)
      return inside(size, width * scale, height * scale, size.align === 'corner' ? 0 : 2)
    }
    case 'part': {
      const [left, top, right, bottom] = size.box
      const [wide, high] = [size.width / (right - left), size.height / (bottom - top)]
      const start = (at: number) => Math.round(-at) + 0 // Avoids −0.
      const box = {
        left: start(left * wide),
        top: start(top * high),
        width: atLeastOne(wide),
        height: atLeastOne(high),
      }
      return { width: size.width, height: size.height, box }
    }
    case 'keep': {
      if (size.height !== undefined) {
        const { height: fixed, multipleOf = 1, longSide = Number.POSITIVE_INFINITY } = size
        const wide = Math.min(longSide, (width * fixed) / height)
        return filled(Math.max(1, Math.round(wide / multipleOf)) * multipleOf, fixed)
      }
      const { multipleOf = 1, shortSide = Math.min(width, height), longSide = Number.POSITIVE_INFINITY } = size
      const scale = Math.min(shortSide / Math.min(width, height), longSide / Math.max(width, height))
      if (size.pad) {
        const box = { width: atLeastOne(width * scale), height: atLeastOne(height * scale) }
        const up = (side: number) => Math.ceil(side / multipleOf) * multipleOf
        return { width: up(box.width), height: up(box.height), box: { left: 0, top: 0, ...box } }
      }
      const rounded = (side: number) => Math.max(1, Math.round((side * scale) / multipleOf)) * multipleOf
      return filled(rounded(width), rounded(height))
    }
  }
}

/** Places a box of about this size on a canvas: centred (`parts` 2) or in the upper left corner (0). */
function inside(canvas: { width: number; height: number }, width: number, height: number, parts: 0 | 2): Placement {
  const box = { width: atLeastOne(width), height: atLeastOne(height) }
  const left = parts && Math.floor((canvas.width - box.width) / parts)
  const top = parts && Math.floor((canvas.height - box.height) / parts)
  return { width: canvas.width, height: canvas.height, box: { left, top, ...box } }
}

/** Draws the picture on the model's canvas. */
export async function place(image: Image, where: Placement, size: KnownSize): Promise<Image> {
  const { width, height, box } = where
  const scaled = await resize(image, box.width, box.height, 'fill', size.kernel)
  if (box.width === width && box.height === height) return scaled
  const { channels, data } = scaled
  const canvas = blank(scaled, width, height, size)
  const mirror = size.fit === 'part' || ('pad' in size && size.pad === 'mirror')
  for (let y = mirror ? 0 : Math.max(0, box.top); y < height && (mirror || y < box.top + box.height); y++) {
    const row = mirror ? reflected(y - box.top, box.height) : y - box.top
    const [start, end] = [Math.max(0, -box.left), Math.min(box.width, width - box.left)]
    const part = data.subarray((row * box.width + start) * channels, (row * box.width + end) * channels)
    canvas.set(part, (y * width + box.left + start) * channels)
    if (mirror) {
      const all = data.subarray(row * box.width * channels, (row + 1) * box.width * channels)
      mirrorBeside(canvas.subarray(y * width * channels, (y + 1) * width * channels), all, box.left, channels)
    }
  }
  return new Image({ ...scaled, width, height, data: canvas })
}

function blank({ data, channels }: Image, width: number, height: number, size: KnownSize): Uint8Array | Float32Array {
  const fill = ('fill' in size && size.fill) || 0
  const length = width * height * channels
  const canvas = data instanceof Float32Array ? new Float32Array(length) : new Uint8Array(length)
  if (typeof fill === 'number') return canvas.fill(fill)
  for (let i = 0; i < length; i++) canvas[i] = fill[i % channels] ?? 255
  return canvas
}

/**
 * Fills a row on both sides of the picture, which starts at `left`, with its mirror image; the edge pixel is
 * repeated.
 */
function mirrorBeside(
  row: Uint8Array | Float32Array,
  own: Uint8Array | Float32Array,
  left: number,
  channels: number,
): void {
  const width = own.length / channels
  for (let x = 0; x < row.length / channels; x++) {
    if (x >= left && x < left + width) continue
    const from = reflected(x - left, width)
    for (let c = 0; c < channels; c++) row[x * channels + c] = own[from * channels + c] as number
  }
}

/** The index from 0 to length − 1 that `at` has when the contents are mirrored repeatedly. */
export function reflected(at: number, length: number): number {
  const turn = ((at % (2 * length)) + 2 * length) % (2 * length)
  return turn < length ? turn : 2 * length - 1 - turn
}

/**
 * The part of an output that shows the picture: the inverse of `place`, except for the scale. The output may
 * have another size than the canvas.
 */
export function unplace(where: Placement, outputWidth: number, outputHeight: number): Placement['box'] {
  const [x, y] = [outputWidth / where.width, outputHeight / where.height]
  return {
    left: Math.round(where.box.left * x),
    top: Math.round(where.box.top * y),
    width: atLeastOne(where.box.width * x),
    height: atLeastOne(where.box.height * y),
  }
}

/** Crops interleaved rows. Returns the same array if the part covers everything. */
export function crop<T extends Uint8Array | Uint16Array | Float32Array>(
  data: T,
  width: number,
  channels: number,
  box: Placement['box'],
): T {
  if (box.left === 0 && box.top === 0 && box.width === width && data.length === box.width * box.height * channels) {
    return data
  }
  const part = data.slice(0, box.width * box.height * channels) as T
  for (let y = 0; y < box.height; y++) {
    const start = ((box.top + y) * width + box.left) * channels
    part.set(data.subarray(start, start + box.width * channels), y * box.width * channels)
  }
  return part
}

function filled(width: number, height: number): Placement {
  return { width, height, box: { left: 0, top: 0, width, height } }
}

function atLeastOne(pixels: number): number {
  return Math.max(1, Math.round(pixels))
}
