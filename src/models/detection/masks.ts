import type { FetchedTensor } from '../../engine'
import { hardMask } from '../../images'
import { Image } from '../../types'
import { crop, unplace } from '../fit'
import type { Original } from '../tensor-outputs'
import { activate } from './activation'
import type { Candidate } from './candidates'
import { kernelMask } from './rtmdet'
import type { Corners } from './turned'

/** Creates masks in the size of the picture: white inside the object. */
export interface Masks {
  /** @param box the object's box, as fractions of the picture */
  one(thing: Candidate, box: Corners): Promise<Image>
  /** The union of the masks of all these objects. */
  all(things: { thing: Candidate; mask: Image }[]): Promise<Image>
}

/** Masks [1, n, H, W] of the whole canvas, 0 to 1. */
export function canvasMasks(tensor: FetchedTensor, original: Original): Masks {
  const [width, height] = [tensor.dims.at(-1) as number, tensor.dims.at(-2) as number]
  const data = tensor.data as Float32Array
  return wholeMasks(tensor, original, ({ index }) =>
    data.subarray(index * width * height, (index + 1) * width * height),
  )
}

/** Masks computed from planes [1, n, H, W] of the whole canvas, each by a small network of its own. */
export function foundMasks(planes: FetchedTensor, original: Original): Masks {
  const each = original.placement.width / (planes.dims.at(-1) as number)
  const empty = new Float32Array((planes.dims.at(-1) as number) * (planes.dims.at(-2) as number))
  return wholeMasks(planes, original, ({ kernel }) => (kernel ? kernelMask(kernel, planes, each) : empty))
}

/** Masks of the whole canvas, at the resolution of a tensor. */
function wholeMasks({ dims }: FetchedTensor, original: Original, plane: (thing: Candidate) => Float32Array): Masks {
  const [width, height] = [dims.at(-1) as number, dims.at(-2) as number]
  const part = unplace(original.placement, width, height)
  const full = (soft: Float32Array) => hardMask(crop(toBytes(soft), width, 1, part), part, original)
  return {
    one: (thing) => full(plane(thing)),
    // Combined before they are enlarged, so that no seam shows between neighbouring objects.
    all(things) {
      const union = new Float32Array(width * height)
      for (const { thing } of things)
        for (const [i, value] of plane(thing).entries()) union[i] = Math.max(union[i] as number, value)
      return full(union)
    },
  }
}

/** Masks [n, 1, H, W], each covering only its object's box. */
export function boxMasks({ dims, data }: FetchedTensor, { width, height }: Original): Masks {
  const [w, h] = [dims.at(-1) as number, dims.at(-2) as number]
  return {
    async one({ index }, corners) {
      const box = pixelsOf(corners, width, height)
      const soft = (data as Float32Array).subarray(index * w * h, (index + 1) * w * h)
      const small = await hardMask(toBytes(soft), { width: w, height: h }, box)
      const full = new Uint8Array(width * height)
      for (let row = 0; row < box.height; row++)
        full.set(small.data.subarray(row * box.width, (row + 1) * box.width), (box.top + row) * width + box.left)
      return new Image({ width, height, channels: 1, data: full })
    },
    all: (things) => together(things, width, height),
  }
}

/** Masks mixed from prototypes [1, n, H, W] of the whole canvas, and cropped to the object's box. */
export function mixedMasks({ dims, data }: FetchedTensor, original: Original): Masks {
  const [gridWidth, gridHeight] = [dims.at(-1) as number, dims.at(-2) as number]
  const part = unplace(original.placement, gridWidth, gridHeight)
  const { width, height } = original
  return {
    async one({ mixture = [] }, corners) {
      const box = pixelsOf(corners, width, height)
      // Enlarges only the cells under the box, plus one cell on each side, because interpolation at the edge
      // reads it.
      const across = cellsAround(box.left, box.width, part.width, width)
      const down = cellsAround(box.top, box.height, part.height, height)
      const cells = { width: across.count, height: down.count }
      const soft = new Float32Array(cells.width * cells.height)
      const start = (part.top + down.first) * gridWidth + part.left + across.first
      for (const [plane, share] of mixture.entries())
        for (let y = 0; y < cells.height; y++) {
          const from = plane * gridWidth * gridHeight + start + y * gridWidth
          for (let x = 0; x < cells.width; x++)
            soft[y * cells.width + x] = (soft[y * cells.width + x] as number) + share * (data[from + x] as number)
        }
      const shares = soft.map((value) => activate(value, 'sigmoid'))
      const area = { width: across.pixels, height: down.pixels }
      const { data: hard } = await hardMask(toBytes(shares), cells, area)
      const full = new Uint8Array(width * height)
      const [right, below] = [Math.min(box.left + box.width, across.from + area.width), box.top + box.height]
      for (let y = box.top; y < Math.min(below, down.from + area.height); y++) {
        const row = (y - down.from) * area.width - across.from
        full.set(hard.subarray(row + box.left, row + right), y * width + box.left)
      }
      return new Image({ width, height, channels: 1, data: full })
    },
    all: (things) => together(things, width, height),
  }
}

/**
 * Which of the `cells` along a side of `length` pixels lie under this range of pixels or next to it, and
 * which pixels those cells cover.
 */
function cellsAround(left: number, size: number, cells: number, length: number) {
  const each = length / cells
  const first = Math.max(0, Math.floor(left / each) - 1)
  const count = Math.min(cells, Math.ceil((left + size) / each) + 1) - first
  const from = Math.round(first * each)
  return { first, count, from, pixels: Math.max(1, Math.round((first + count) * each) - from) }
}

/** The pixels that a box touches, at least one. The box is given as fractions of the picture. */
function pixelsOf([left, top, right, bottom]: Corners, width: number, height: number) {
  const x = Math.min(width - 1, Math.floor(left * width))
  const y = Math.min(height - 1, Math.floor(top * height))
  return {
    left: x,
    top: y,
    width: Math.max(1, Math.ceil(right * width) - x),
    height: Math.max(1, Math.ceil(bottom * height) - y),
  }
}

async function together(things: { mask: Image }[], width: number, height: number): Promise<Image> {
  const union = new Uint8Array(width * height)
  for (const { mask } of things) {
    const last = mask.data.lastIndexOf(255)
    for (let i = Math.max(0, mask.data.indexOf(255)); i <= last; i++) if (mask.data[i]) union[i] = 255
  }
  return new Image({ width, height, channels: 1, data: union })
}

function toBytes(soft: Float32Array): Uint8Array {
  return Uint8Array.from(soft, (value) => Math.round(Math.min(1, Math.max(0, value)) * 255))
}
