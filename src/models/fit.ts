import { resize } from '../images'
import { Image } from '../types'
import type { SizeSpec } from './manifest'

/** A canvas, and where in it the picture lies. Whole pixels. */
export interface Placement {
  width: number
  height: number
  box: { left: number; top: number; width: number; height: number }
}

/** The size in which a model takes a picture of `width` × `height`. */
export function placement(size: SizeSpec, width: number, height: number): Placement {
  if (size.fit === 'stretch') return filled(size.width, size.height)
  if (size.fit === 'letterbox') {
    const scale = Math.min(size.width / width, size.height / height)
    const box = { width: atLeastOne(width * scale), height: atLeastOne(height * scale) }
    const left = Math.floor((size.width - box.width) / 2)
    const top = Math.floor((size.height - box.height) / 2)
    return { width: size.width, height: size.height, box: { left, top, ...box } }
  }
  const { multipleOf = 1, shortSide = Math.min(width, height), longSide = Number.POSITIVE_INFINITY } = size
  const scale = Math.min(shortSide / Math.min(width, height), longSide / Math.max(width, height))
  const rounded = (side: number) => Math.max(1, Math.round((side * scale) / multipleOf)) * multipleOf
  return filled(rounded(width), rounded(height))
}

/** The picture as it lies on the model's canvas. `fill` is the byte around it. */
export async function place(image: Image, { width, height, box }: Placement, fill = 0): Promise<Image> {
  const small = await resize(image, box.width, box.height)
  if (box.width === width && box.height === height) return small
  const { channels } = image
  const canvas =
    image.data instanceof Float32Array
      ? new Float32Array(width * height * channels)
      : new Uint8Array(width * height * channels)
  canvas.fill(fill)
  for (let y = 0; y < box.height; y++) {
    const row = small.data.subarray(y * box.width * channels, (y + 1) * box.width * channels)
    canvas.set(row, ((box.top + y) * width + box.left) * channels)
  }
  return new Image({ ...image, width, height, data: canvas })
}

/** The part of an output that shows the picture: `place` undone, up to the size. The output may be smaller or larger than the canvas. */
export function unplace(box: Placement, outputWidth: number, outputHeight: number): Placement['box'] {
  const [x, y] = [outputWidth / box.width, outputHeight / box.height]
  return {
    left: Math.round(box.box.left * x),
    top: Math.round(box.box.top * y),
    width: atLeastOne(box.box.width * x),
    height: atLeastOne(box.box.height * y),
  }
}

/** A part of interleaved rows. Returns the same array where the part is all of it. */
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
