import type {
  ArgmaxFetch,
  DataType,
  Fetch,
  Fetched,
  FetchedPixels,
  FetchedTensor,
  PixelFetch,
  TensorData,
} from '../types'
import { type Allocate, fresh } from './buffers'
import { checkLines, refuse } from './check'
import { widen } from './float16'
import { type Line, type Places, perChannel, placesOf } from './pack'

/** An output as ONNX Runtime gives it. */
export interface OutputTensor {
  type: DataType
  dims: readonly number[]
  data: TensorData
}

type Numbers = Exclude<TensorData, BigUint64Array | BigInt64Array>

/** Makes of the output `name` what was asked for. */
export function unpack(name: string, tensor: OutputTensor, fetch: Fetch, allocate: Allocate = fresh): Fetched {
  if (fetch.kind === 'pixels') return unpackPixels(name, tensor, fetch, allocate)
  if (fetch.kind === 'argmax') return argmax(name, tensor, fetch)
  return unpackTensor(tensor)
}

function unpackTensor({ type, dims, data }: OutputTensor): FetchedTensor {
  if (type !== 'float16') return { dtype: type, dims: [...dims], data }
  // Node 24 and later give a Float16Array, earlier ones the bits in a Uint16Array.
  const halves = new Uint16Array(data.buffer as ArrayBuffer, data.byteOffset, data.length)
  return { dtype: 'float32', dims: [...dims], data: widen(halves) }
}

function numbers(tensor: OutputTensor): Numbers {
  const { data } = unpackTensor(tensor)
  return data instanceof BigInt64Array || data instanceof BigUint64Array ? Float64Array.from(data, Number) : data
}

function unpackPixels(name: string, tensor: OutputTensor, fetch: PixelFetch, allocate: Allocate): FetchedPixels {
  const { height, width, channels } = pictureSize(name, tensor.dims, fetch.layout)
  checkLines(`The output "${name}"`, { ...fetch, channels })
  const values = numbers(tensor)
  const data = new Uint8Array(allocate(width * height * channels))
  const out = new Uint8ClampedArray(data.buffer) // rounds and keeps within 0..255 on assignment
  const lines = perChannel({ ...fetch, channels })
  const places = placesOf(fetch.layout, channels, width * height)
  if (channels === 3) unpackThree(values, out, places, lines)
  else gather(values, out, places, lines)
  return { width, height, channels, data }
}

/** The common case, in one pass over the pixels. */
function unpackThree(values: Numbers, out: Uint8ClampedArray, { step, plane }: Places, lines: Line[]): void {
  const [r, g, b] = lines as [Line, Line, Line]
  for (let at = 0, to = 0; to < out.length; at += step, to += 3) {
    out[to + r.from] = (values[at] as number) * r.scale + r.offset
    out[to + g.from] = (values[at + plane] as number) * g.scale + g.offset
    out[to + b.from] = (values[at + 2 * plane] as number) * b.scale + b.offset
  }
}

function gather(values: Numbers, out: Uint8ClampedArray, { step, plane }: Places, lines: Line[]): void {
  lines.forEach(({ from, scale, offset }, channel) => {
    for (let at = channel * plane, to = from; to < out.length; at += step, to += lines.length)
      out[to] = (values[at] as number) * scale + offset
  })
}

function pictureSize(name: string, dims: readonly number[], layout: PixelFetch['layout']) {
  const [batch, picture] = dims.length === 4 ? [dims[0], dims.slice(1)] : [1, [...dims]]
  if (picture.length === 2) picture.splice(layout === 'NCHW' ? 0 : 2, 0, 1)
  const [channels, height, width] = layout === 'NCHW' ? picture : [picture[2], picture[0], picture[1]]
  if (batch !== 1 || picture.length !== 3 || !width || !height || (channels !== 1 && channels !== 3 && channels !== 4))
    return refuse(
      `The output "${name}" is ${dims.join('×')}, which is not one ${layout} picture of 1, 3 or 4 channels.`,
    )
  return { width, height, channels }
}

function argmax(name: string, tensor: OutputTensor, { axis }: ArgmaxFetch): FetchedTensor {
  const { dims } = tensor
  const at = axis < 0 ? axis + dims.length : axis
  const classes = dims[at]
  if (!classes) return refuse(`The output "${name}" is ${dims.join('×')} and has no axis ${axis}.`)
  if (classes > 65536) return refuse(`The output "${name}" has ${classes} classes, more than 65536.`)
  const product = (part: readonly number[]) => part.reduce((a, b) => a * b, 1)
  const outer = product(dims.slice(0, at))
  const inner = product(dims.slice(at + 1))
  const values = numbers(tensor)
  const data = classes <= 256 ? new Uint8Array(outer * inner) : new Uint16Array(outer * inner)
  if (inner === 1) argmaxRows(values, classes, data)
  else
    for (let o = 0; o < outer; o++)
      argmaxPlanes(values.subarray(o * classes * inner), classes, data.subarray(o * inner, (o + 1) * inner))
  return { dtype: classes <= 256 ? 'uint8' : 'uint16', dims: [...dims.slice(0, at), ...dims.slice(at + 1)], data }
}

/** The classes of one place lie side by side. */
function argmaxRows(values: Numbers, classes: number, out: Uint8Array | Uint16Array): void {
  for (let i = 0, at = 0; i < out.length; i++) {
    let best = Number.NEGATIVE_INFINITY
    for (let c = 0; c < classes; c++, at++) {
      const value = values[at] as number
      if (value > best) {
        best = value
        out[i] = c
      }
    }
  }
}

/** One plane a class, so plane after plane: memory is read in order. */
function argmaxPlanes(values: Numbers, classes: number, out: Uint8Array | Uint16Array): void {
  const best = new Float64Array(out.length).fill(Number.NEGATIVE_INFINITY)
  for (let c = 0, at = 0; c < classes; c++)
    for (let i = 0; i < out.length; i++, at++) {
      const value = values[at] as number
      if (value > (best[i] as number)) {
        best[i] = value
        out[i] = c
      }
    }
}
