import { EngineError } from '../error'
import type { DataType, Feed, Layout, PixelFeed, TensorData, TensorFeed, TensorInfo } from '../types'
import { type Allocate, fresh } from './buffers'
import { narrow, toHalf } from './float16'

/** A tensor as ONNX Runtime takes it. A plain object, because its Tensor class refuses float16 on Node 24 and later. */
export interface Tensor {
  type: DataType
  dims: number[]
  data: TensorData
  location: 'cpu'
}

/** Makes the tensor for the model input `input`. */
export function pack(feed: Feed, input: TensorInfo, allocate: Allocate = fresh): Tensor {
  return feed.kind === 'pixels' ? packPixels(feed, feed.dtype ?? input.dtype, allocate) : packTensor(feed)
}

function packTensor(feed: TensorFeed): Tensor {
  const { dtype, dims, data } = feed
  const packed = dtype === 'float16' && data instanceof Float32Array ? narrow(data) : data
  return { type: dtype, dims, data: packed, location: 'cpu' }
}

function packPixels(feed: PixelFeed, dtype: DataType, allocate: Allocate): Tensor {
  const { width, height, channels, layout } = feed
  const dims = layout === 'NCHW' ? [1, channels, height, width] : [1, height, width, channels]
  return { type: dtype, dims, data: packBytes(feed, dtype, allocate), location: 'cpu' }
}

function packBytes(feed: PixelFeed, dtype: DataType, allocate: Allocate): TensorData {
  const { data, channels, layout } = feed
  const count = data.length
  const lines = perChannel(feed)
  const places = placesOf(layout, channels, count / channels)
  switch (dtype) {
    case 'float32': {
      const out = new Float32Array(allocate(4 * count))
      if (channels === 3) packThree(data, out, places, lines)
      else spread(data, out, places, lines, (line, byte) => byte * line.scale + line.offset)
      return out
    }
    case 'float16': {
      const out = new Uint16Array(allocate(2 * count))
      spread(data, out, places, lines, (line, byte) => toHalf(byte * line.scale + line.offset))
      return out
    }
    case 'uint8': {
      const asIs = lines.every(({ from, scale, offset }, channel) => from === channel && scale === 1 && offset === 0)
      if (layout === 'NHWC' && asIs) return data
      const out = new Uint8Array(allocate(count))
      const clamped = new Uint8ClampedArray(out.buffer)
      spread(data, clamped, places, lines, (line, byte) => byte * line.scale + line.offset)
      return out
    }
    default:
      throw new EngineError(
        'feed',
        `Pixels cannot be given to an input of ${dtype}, only to float32, float16 or uint8.`,
      )
  }
}

/** The common case, in one pass over the pixels. */
function packThree(data: Uint8Array, out: Float32Array, { step, plane }: Places, lines: Line[]): void {
  const [r, g, b] = lines as [Line, Line, Line]
  for (let at = 0, to = 0; at < data.length; at += 3, to += step) {
    out[to] = (data[at + r.from] as number) * r.scale + r.offset
    out[to + plane] = (data[at + g.from] as number) * g.scale + g.offset
    out[to + 2 * plane] = (data[at + b.from] as number) * b.scale + b.offset
  }
}

/** Every other case, by one table of 256 values a channel. */
function spread(
  data: Uint8Array,
  out: Float32Array | Uint16Array | Uint8ClampedArray,
  { step, plane }: Places,
  lines: Line[],
  value: (line: Line, byte: number) => number,
): void {
  const table = new Float64Array(256)
  lines.forEach((line, channel) => {
    for (let byte = 0; byte < 256; byte++) table[byte] = value(line, byte)
    for (let at = line.from, to = channel * plane; at < data.length; at += lines.length, to += step)
      out[to] = table[data[at] as number] as number
  })
}

/** Where in a tensor the value of pixel i and channel c is: i × step + c × plane. */
export interface Places {
  step: number
  plane: number
}

export function placesOf(layout: Layout, channels: number, pixels: number): Places {
  return layout === 'NCHW' ? { step: 1, plane: pixels } : { step: channels, plane: 1 }
}

/** How one channel of a tensor comes from (or goes to) the pixel's channel `from`. */
export interface Line {
  from: number
  scale: number
  offset: number
}

export function perChannel(spec: {
  channels: number
  order?: 'RGB' | 'BGR'
  scale: number | number[]
  offset: number | number[]
}): Line[] {
  const { channels, order, scale, offset } = spec
  const of = (value: number | number[], channel: number) =>
    typeof value === 'number' ? value : (value[channel] as number)
  return Array.from({ length: channels }, (_, channel) => ({
    from: order === 'BGR' && channels >= 3 && channel < 3 ? 2 - channel : channel,
    scale: of(scale, channel),
    offset: of(offset, channel),
  }))
}
