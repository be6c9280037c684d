import { EngineError } from '../error'
import type { DataType, Feed, Layout, PixelFeed, TensorData, TensorFeed, TensorInfo } from '../types'
import { type Allocate, fresh } from './buffers'
import { narrow, toHalf } from './float16'
import { pixelDims } from './pixel-dims'

/**
 * A tensor in the form that ONNX Runtime accepts. A plain object, because its Tensor class refuses float16 on
 * Node 24 and later.
 */
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

/** A picture's bytes unchanged, for a graph that converts them itself. */
export function packAsItIs({ layout, channels, height, width, data }: PixelFeed): Tensor {
  const dims = [height, width, channels]
  return { type: 'uint8', dims: layout.startsWith('N') ? [1, ...dims] : dims, data, location: 'cpu' }
}

/** A picture's bytes as planes of floats, for a graph on a graphics card that does the rest. */
export function packPlanes({ width, height, channels, data }: PixelFeed, allocate: Allocate = fresh): Tensor {
  const feed = { width, height, channels, data, scale: 1, offset: 0 }
  return packPixels({ kind: 'pixels', layout: 'NCHW', ...feed }, 'float32', allocate)
}

function packTensor(feed: TensorFeed): Tensor {
  const { dtype, dims, data } = feed
  const packed = dtype === 'float16' && data instanceof Float32Array ? narrow(data) : data
  return { type: dtype, dims, data: packed, location: 'cpu' }
}

function packPixels(feed: PixelFeed, dtype: DataType, allocate: Allocate): Tensor {
  const dims = pixelDims(feed)
  const data = packBytes(feed, dtype, allocate)
  const count = dims.reduce((product, size) => product * size, 1)
  return { type: dtype, dims, data: count > data.length ? repeated(data, count) : data, location: 'cpu' }
}

/** The same numbers repeated to fill `count`. */
function repeated(data: TensorData, count: number): TensorData {
  const all = new (data.constructor as new (length: number) => TensorData)(count)
  for (let at = 0; at < count; at += data.length) all.set(data as never, at)
  return all
}

function packBytes(feed: PixelFeed, dtype: DataType, allocate: Allocate): TensorData {
  const { data, channels, layout } = feed
  const pixels = data.length / channels
  const planes = feed.luma ? 1 : channels
  const count = pixels * planes
  const lines = perChannel({ ...feed, channels: planes })
  const brightest = feed.brighten ? data.reduce((most, byte) => Math.max(most, byte), 1) : 255
  for (const line of lines) line.scale *= 255 / brightest
  const places = placesOf(layout, planes, pixels)
  const put = (out: Numbers, convert: (value: number) => number) => {
    if (feed.luma && channels >= 3) packLuma(feed, out, lines[0] as Line, convert)
    else if (out instanceof Float32Array && channels === 3) packThree(data, out, places, lines)
    else spread(data, out, places, lines, convert)
    return out
  }
  const same = (value: number) => value
  switch (dtype) {
    case 'float32':
      return put(new Float32Array(allocate(4 * count)), same)
    case 'float16':
      return put(new Uint16Array(allocate(2 * count)), toHalf)
    case 'uint8': {
      const asIs = lines.every(({ from, scale, offset }, channel) => from === channel && scale === 1 && offset === 0)
      if (layout.endsWith('HWC') && asIs && !feed.luma) return data
      return put(new Uint8Array(allocate(count)), whole(0, 255))
    }
    case 'int8':
      return put(new Int8Array(allocate(count)), whole(-128, 127))
    case 'float64':
      return put(new Float64Array(allocate(8 * count)), same)
    case 'int32':
      return put(new Int32Array(allocate(4 * count)), Math.round)
    case 'uint32':
      return put(new Uint32Array(allocate(4 * count)), whole(0, 2 ** 32 - 1))
    case 'int16':
      return put(new Int16Array(allocate(2 * count)), whole(-32768, 32767))
    case 'uint16':
      return put(new Uint16Array(allocate(2 * count)), whole(0, 65535))
    case 'int64':
      return BigInt64Array.from(put(new Float64Array(count), Math.round) as Float64Array, BigInt)
    default:
      throw new EngineError('feed', `An input of ${dtype} cannot take pixels: only numeric inputs can.`)
  }
}

type Numbers =
  | Float32Array
  | Float64Array
  | Uint16Array
  | Uint8Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint32Array

const whole = (least: number, most: number) => (value: number) => Math.min(most, Math.max(least, Math.round(value)))

function packLuma(
  { data, channels }: PixelFeed,
  out: Numbers,
  { scale, offset }: Line,
  convert: (value: number) => number,
): void {
  for (let at = 0, to = 0; at < data.length; at += channels, to++) {
    const luma = 0.299 * (data[at] as number) + 0.587 * (data[at + 1] as number) + 0.114 * (data[at + 2] as number)
    out[to] = convert(luma * scale + offset)
  }
}

/** The common case, in a single pass over the pixels. */
function packThree(data: Uint8Array, out: Float32Array, { step, plane }: Places, lines: Line[]): void {
  const [r, g, b] = lines as [Line, Line, Line]
  for (let at = 0, to = 0; at < data.length; at += 3, to += step) {
    out[to] = (data[at + r.from] as number) * r.scale + r.offset
    out[to + plane] = (data[at + g.from] as number) * g.scale + g.offset
    out[to + 2 * plane] = (data[at + b.from] as number) * b.scale + b.offset
  }
}

/** All other cases, with a table of 256 values for each channel. */
function spread(
  data: Uint8Array,
  out: Numbers,
  { step, plane }: Places,
  lines: Line[],
  convert: (value: number) => number,
): void {
  const table = new Float64Array(256)
  lines.forEach((line, channel) => {
    for (let byte = 0; byte < 256; byte++) table[byte] = convert(byte * line.scale + line.offset)
    for (let at = line.from, to = channel * plane; at < data.length; at += lines.length, to += step)
      out[to] = table[data[at] as number] as number
  })
}

/** The position of pixel i and channel c in a tensor: i × step + c × plane. */
export interface Places {
  step: number
  plane: number
}

export function placesOf(layout: Layout, channels: number, pixels: number): Places {
  return layout.endsWith('CHW') ? { step: 1, plane: pixels } : { step: channels, plane: 1 }
}

/** How a tensor's channel is computed from (or to) the pixels' channel `from`. */
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
