import type { GivenFeed } from '../engine'
import { freshSeed, normals, uniforms } from '../random'
import type { Audio, Image, Segmentation, VectorType } from '../types'
import type { Placement } from './fit'
import type { FeedSpec, Port, SizeSpec } from './manifest'
import { firstChannel, melPicture } from './mel'
import { numbersFeed } from './numbers-feed'
import type { SizedImageFeed, SizedMaskFeed } from './picture-feed'
import { preparePicture } from './prepare-picture'
import { textNumbers } from './text/feed'
import type { TokenizerApart } from './text/tokenizer-apart'

export interface Prepared {
  feed: GivenFeed
  /** For pictures: the position on the model's canvas. */
  placement?: Placement
  /** For text: the number of tokens. */
  tokens?: number
  /** For text: whether it was truncated. */
  isCut?: boolean
}

type ImageFeed = Extract<FeedSpec, { kind: 'image' }>
type MaskFeed = Extract<FeedSpec, { kind: 'mask' }>

/** A feed made from an input port. */
export type PortFeedSpec = Exclude<Extract<FeedSpec, { from: string }>, { kind: 'tensor' | 'clicks' | 'frame' }>

/** The same feed once the picture's size is known. */
export type SizedFeedSpec = Exclude<PortFeedSpec, ImageFeed | MaskFeed> | SizedImageFeed | SizedMaskFeed

/** Whether a feed takes a picture whose size doesn't depend on other inputs. */
export const isSized = (spec: FeedSpec): spec is ImageFeed & { size: SizeSpec } =>
  spec.kind === 'image' && spec.size.fit !== 'chosen' && spec.size.fit !== 'around'

/**
 * Creates the tensor of one input.
 *
 * @param value the port's value, as `readValue` returns it; undefined for a missing optional input
 * @param placementOf returns the position of a port's picture on the model's canvas, for feeds that pass it
 * to the model
 * @param tokenizer opens one of the model's tokenizer files
 */
export async function prepare(
  spec: SizedFeedSpec,
  port: Port,
  value: unknown,
  placementOf: (port: string) => Placement | undefined,
  tokenizer: (file: string) => TokenizerApart,
): Promise<Prepared> {
  switch (spec.kind) {
    case 'vector': {
      const numbers = value === undefined ? middle(port.type as VectorType) : (value as ArrayLike<number>)
      return { feed: numbersFeed(spec.dtype ?? 'float32', openDims(spec.dims, numbers.length), numbers) }
    }
    case 'number': {
      const { dtype = 'float32', dims = [1] } = spec
      return {
        feed: numbersFeed(dtype, dims, [typeof value === 'string' ? seedNumber(port.type, value) : Number(value)]),
      }
    }
    case 'waves': {
      const { length, plus = 0, times = 1, dtype = 'float32' } = spec
      return { feed: numbersFeed(dtype, [1, length], waves((Number(value) + plus) * times, length)) }
    }
    case 'noise': {
      const data = Float32Array.from(normals((value as number | string | undefined) ?? freshSeed(), spec.length))
      return { feed: { kind: 'tensor', dtype: 'float32', dims: [1, spec.length], data } }
    }
    case 'text': {
      const { numbers, ...about } = await textNumbers(spec, value as string, tokenizer(spec.tokenizer))
      return { feed: numbersFeed(spec.dtype ?? 'int64', [1, numbers.length], numbers), ...about }
    }
    case 'image':
    case 'mask':
    case 'labels':
      return preparePicture(spec, value as Image | Segmentation)
    case 'samples': {
      const numbers = firstChannel(value as Audio, spec.seconds)
      return { feed: numbersFeed(spec.dtype ?? 'float32', openDims(spec.dims, numbers.length), numbers) }
    }
    case 'mel': {
      const { rows, columns, data } = await melPicture(value as Audio, spec)
      const isTurned = spec.order === 'columns'
      const sizes = isTurned ? [1, columns, rows] : [1, rows, columns]
      const numbers = isTurned ? data.map((_, i) => data[(i % rows) * columns + Math.floor(i / rows)] as number) : data
      return {
        feed: numbersFeed(spec.dtype ?? 'float32', spec.dims ? openDims(spec.dims, data.length) : sizes, numbers),
      }
    }
    case 'size': {
      const { order, of = 'picture', dtype = 'float32', dims = [1, 2] } = spec
      const { width, height } = (of === 'canvas' && placementOf(spec.from)) || (value as Image)
      return { feed: numbersFeed(dtype, dims, order === 'hw' ? [height, width] : [width, height]) }
    }
  }
}

/** Sine and cosine of a number at logarithmically spaced wavelengths. */
export function waves(number: number, length: number): number[] {
  const half = length / 2
  const angles = Array.from({ length: half }, (_, i) => number * 10_000 ** (-i / (half - 1)))
  return [...angles.map(Math.sin), ...angles.map(Math.cos)]
}

/** Converts a seed that is a word to an integer that the model accepts. */
function seedNumber(type: Port['type'], seed: string): number {
  const { min = 0, max = 2 ** 31 - 1 } = type.type === 'number' ? type : {}
  const number = Number(seed)
  return number >= min && number <= max ? number : min + Math.floor(uniforms(seed)() * (max - min + 1))
}

/** Replaces −1 in the dimensions, so that they hold this many numbers. */
function openDims(dims: number[] | undefined, count: number): number[] {
  if (!dims) return [1, count]
  const others = dims.reduce((product, size) => product * (size < 0 ? 1 : size), 1)
  return dims.map((size) => (size < 0 ? Math.floor(count / others) : size))
}

function middle({ length = 1, samplingMean = 0 }: VectorType): Float32Array {
  return new Float32Array(length).fill(samplingMean)
}
