import { EngineError } from '../error'
import type { DataType, Feed, PixelFeed, TensorData, TensorFeed, TensorInfo } from '../types'
import { narrow, toHalf } from './float16'

/** A tensor as ONNX Runtime takes it. A plain object, because its Tensor class refuses float16 on Node 24 and later. */
export interface Tensor {
  type: DataType
  dims: number[]
  data: TensorData
  location: 'cpu'
}

/** Makes the tensor for the model input `input`. */
export function pack(feed: Feed, input: TensorInfo): Tensor {
  return feed.kind === 'pixels' ? packPixels(feed, input) : packTensor(feed)
}

function packTensor(feed: TensorFeed): Tensor {
  const { dtype, dims, data } = feed
  const packed = dtype === 'float16' && data instanceof Float32Array ? narrow(data) : data
  return { type: dtype, dims, data: packed, location: 'cpu' }
}

function packPixels(feed: PixelFeed, input: TensorInfo): Tensor {
  const { width, height, channels, layout } = feed
  const dtype = feed.dtype ?? input.dtype
  const dims = layout === 'NCHW' ? [1, channels, height, width] : [1, height, width, channels]
  const lines = perChannel(feed)
  return { type: dtype, dims, data: packBytes(feed, dtype, lines), location: 'cpu' }
}

function packBytes(feed: PixelFeed, dtype: DataType, lines: Line[]): TensorData {
  const { data, channels, layout } = feed
  const count = data.length
  switch (dtype) {
    case 'float32': {
      const out = new Float32Array(count)
      const [first, second, third] = lines
      if (layout === 'NCHW' && channels === 3 && first && second && third) packPlanes(data, out, first, second, third)
      else spread(data, out, feed, lines, (line, byte) => byte * line.scale + line.offset)
      return out
    }
    case 'float16': {
      const out = new Uint16Array(count)
      spread(data, out, feed, lines, (line, byte) => toHalf(byte * line.scale + line.offset))
      return out
    }
    case 'uint8': {
      if (layout === 'NHWC' && lines.every((line, i) => line.from === i && line.scale === 1 && line.offset === 0))
        return data
      const out = new Uint8Array(count)
      spread(data, new Uint8ClampedArray(out.buffer), feed, lines, (line, byte) => byte * line.scale + line.offset)
      return out
    }
    default:
      throw new EngineError(
        'feed',
        `Pixels cannot be given to an input of ${dtype}, only to float32, float16 or uint8.`,
      )
  }
}

/** The common case in one pass over the pixels. */
function packPlanes(data: Uint8Array, out: Float32Array, r: Line, g: Line, b: Line): void {
  const plane = out.length / 3
  for (let i = 0, at = 0; i < plane; i++, at += 3) {
    out[i] = (data[at + r.from] as number) * r.scale + r.offset
    out[i + plane] = (data[at + g.from] as number) * g.scale + g.offset
    out[i + 2 * plane] = (data[at + b.from] as number) * b.scale + b.offset
  }
}

/** Every other case by one table of 256 values a channel. */
function spread(
  data: Uint8Array,
  out: Float32Array | Uint16Array | Uint8ClampedArray,
  { channels, layout }: PixelFeed,
  lines: Line[],
  value: (line: Line, byte: number) => number,
): void {
  const pixels = data.length / channels
  const step = layout === 'NCHW' ? 1 : channels
  const table = new Float64Array(256)
  lines.forEach((line, channel) => {
    for (let byte = 0; byte < 256; byte++) table[byte] = value(line, byte)
    let to = layout === 'NCHW' ? channel * pixels : channel
    for (let i = 0, at = line.from; i < pixels; i++, at += channels, to += step)
      out[to] = table[data[at] as number] as number
  })
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
