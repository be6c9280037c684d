import { normals, uniforms } from '../random'
import { Image, Segmentation } from '../types'
import type { Value } from './value'

/**
 * A value for trying a chain, which is the same for the same seed: typical vectors and numbers, and pictures
 * and label maps of a few large areas, because real ones are smooth almost everywhere.
 */
export function sampleOf(value: Value, seed: number, usual?: number): unknown {
  switch (value.kind) {
    case 'picture':
      return new Image({ ...value, data: pictureBytes(value.width, value.height, value.channels, seed) })
    case 'labels': {
      const { width, height, labels, element } = value
      const areas = areasOf(width, height, seed, labels.length)
      const data = element === 'uint8' ? Uint8Array.from(areas) : areas
      return new Segmentation({ width, height, data, labels, ...(value.colors && { colors: value.colors }) })
    }
    case 'vector':
      return value.like ? between(value.like, seed) : Float32Array.from(normals(seed, value.length))
    case 'number':
      return usual ?? (value.like ? between(value.like, seed)[0] : uniforms(seed)())
    case 'floats':
    case 'category':
    case 'share':
    case 'shares':
    case 'tensor':
      throw new Error('No input is a picture of floats, a class, or a tensor between two steps.')
  }
}

/** Near one of several lists of numbers, between two of them, or slightly beyond. */
function between(lists: readonly Float32Array[], seed: number): Float32Array {
  const random = uniforms(seed)
  const one = () => lists[Math.floor(random() * lists.length)] as Float32Array
  const [from, to, share] = [one(), one(), 1.2 * random()]
  return from.map((number, i) => number + share * ((to[i] as number) - number))
}

/** Coloured areas with a soft gradient on each. */
function pictureBytes(width: number, height: number, channels: number, seed: number): Uint8Array {
  const areas = areasOf(width, height, seed, 256)
  const data = new Uint8Array(width * height * channels)
  for (let i = 0, at = 0; i < areas.length; i++) {
    const slope = (30 * (i % width)) / width + (20 * Math.floor(i / width)) / height
    for (let channel = 0; channel < channels; channel++)
      data[at++] = Math.min(255, ((((areas[i] as number) * (channel + 3) * 37) % 200) + slope) | 0)
  }
  return data
}

/** Overlapping rectangles, each with one of this many numbers. */
function areasOf(width: number, height: number, seed: number, most: number): Uint16Array {
  const random = uniforms(seed)
  const map = new Uint16Array(width * height).fill(Math.floor(random() * most))
  for (let n = 0; n < 12; n++) {
    const [left, top] = [Math.floor(random() * width * 0.8), Math.floor(random() * height * 0.8)]
    const [right, bottom] = [left + (random() * width) / 2, top + (random() * height) / 2]
    const id = Math.floor(random() * most)
    for (let y = top; y < Math.min(height, bottom); y++)
      for (let x = left; x < Math.min(width, right); x++) map[y * width + x] = id
  }
  return map
}
