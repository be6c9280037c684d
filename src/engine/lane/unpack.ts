import type {
  DataType,
  Fetch,
  Fetched,
  FetchedPixels,
  FetchedTensor,
  Layout,
  PixelFetch,
  PlaneFetch,
  Selection,
  TensorData,
  ValueChanges,
} from '../types'
import { argmax } from './argmax'
import { type Allocate, fresh } from './buffers'
import { checkLines, refuse } from './check'
import { widen } from './float16'
import { likeliest } from './likeliest'
import { type Line, type Places, perChannel, placesOf } from './pack'
import { resizePlane } from './resize-plane'
import { changeValues, type Numbers } from './values'

/** An output as returned by ONNX Runtime. */
export interface OutputTensor {
  type: DataType
  dims: readonly number[]
  data: TensorData
}

/** Converts the output `name` into the requested form. */
export function unpack(name: string, whole: OutputTensor, fetch: Fetch, allocate: Allocate = fresh): Fetched {
  const tensor = selected(name, whole, fetch)
  if (fetch.kind === 'pixels') return unpackPixels(name, tensor, fetch, allocate)
  if (fetch.kind === 'plane') return unpackPlane(name, tensor, fetch, allocate)
  if (fetch.kind === 'argmax') return argmax(name, tensor.dims, numbers(tensor), fetch)
  if (fetch.kind === 'likeliest') return likeliest(tensor.dims, numbers(tensor), fetch.among)
  return unpackTensor(fetch.last ? lastRow(tensor) : tensor)
}

/** Converts an output that the graph has finished. Its bytes are interleaved already. */
export function unpackFinished(name: string, tensor: OutputTensor, fetch: PixelFetch | PlaneFetch): Fetched {
  const { dims, data } = tensor
  if (fetch.kind === 'plane') {
    const { width, height } = pictureSize(name, dims, fetch.layout)
    return sizedPlane(data as Float32Array, width, height, fetch)
  }
  const [rows, columns, planes] = dims.slice(-3)
  const own = fetch.layout.endsWith('CHW') && dims.length > 2 ? [...dims.slice(0, -3), planes, rows, columns] : dims
  const { width, height, channels } = pictureSize(name, own as number[], fetch.layout)
  requireChannels(name, own as number[], channels, fetch)
  return { width, height, channels, data: data as Uint8Array }
}

/** The first of several results, with its own shape. */
function selected(name: string, tensor: OutputTensor, { first, dims }: Selection): OutputTensor {
  let { data } = tensor
  let shape = tensor.dims
  if (first && (shape[0] ?? 1) > 1) {
    // A copy, because data must start at the beginning of its buffer.
    data = data.slice(0, data.length / (shape[0] as number)) as TensorData
    shape = [1, ...shape.slice(1)]
  }
  if (dims) {
    const count = dims.reduce((product, size) => product * size, 1)
    if (count !== data.length)
      return refuse(`The output "${name}" is ${shape.join('×')}, which cannot be arranged as ${dims.join('×')}.`)
    shape = dims
  }
  return shape === tensor.dims ? tensor : { type: tensor.type, dims: shape, data }
}

function lastRow({ type, dims, data }: OutputTensor): OutputTensor {
  const length = dims.at(-1) ?? 1
  if (data.length === length) return { type, dims, data }
  // A copy, because data must start at the beginning of its buffer.
  return { type, dims: [...dims.slice(0, -2), 1, length], data: data.slice(-length) }
}

function unpackTensor({ type, dims, data }: OutputTensor): FetchedTensor {
  if (type !== 'float16') return { dtype: type, dims: [...dims], data }
  // Node 24 and later return a Float16Array, earlier ones the bits in a Uint16Array.
  const halves = new Uint16Array(data.buffer as ArrayBuffer, data.byteOffset, data.length)
  return { dtype: 'float32', dims: [...dims], data: widen(halves) }
}

function numbers(tensor: OutputTensor): Numbers {
  const { data } = unpackTensor(tensor)
  return data instanceof BigInt64Array || data instanceof BigUint64Array ? Float64Array.from(data, Number) : data
}

function unpackPixels(name: string, tensor: OutputTensor, fetch: PixelFetch, allocate: Allocate): FetchedPixels {
  const { values, width, height, channels, layout } = picture(name, tensor, fetch)
  requireChannels(name, tensor.dims, channels, fetch)
  checkLines(`The output "${name}"`, { ...fetch, channels })
  const data = new Uint8Array(allocate(width * height * channels))
  const out = new Uint8ClampedArray(data.buffer) // rounds and clamps to 0..255 on assignment
  const lines = perChannel({ ...fetch, channels })
  const places = placesOf(layout, channels, width * height)
  if (channels === 3) unpackThree(values, out, places, lines)
  else gather(values, out, places, lines)
  return { width, height, channels, data }
}

function requireChannels(name: string, dims: readonly number[], channels: number, { layout }: PixelFetch): void {
  if (channels === 1 || channels === 3 || channels === 4) return
  refuse(`The output "${name}" is ${dims.join('×')}, which isn't one ${layout} picture of 1, 3 or 4 channels.`)
}

function unpackPlane(name: string, tensor: OutputTensor, fetch: PlaneFetch, allocate: Allocate): FetchedTensor {
  const { values, width, height, channels } = picture(name, tensor, fetch)
  if (channels !== 1)
    return refuse(`The output "${name}" has ${channels} channels; say which one is the picture with "channel".`)
  const { scale, offset } = fetch
  if (scale === 1 && offset === 0 && values instanceof Float32Array) return sizedPlane(values, width, height, fetch)
  const data = new Float32Array(allocate(4 * width * height))
  for (let i = 0; i < data.length; i++) data[i] = (values[i] as number) * scale + offset
  return sizedPlane(data, width, height, fetch)
}

function sizedPlane(data: Float32Array, width: number, height: number, { size }: PlaneFetch): FetchedTensor {
  if (!size) return { dtype: 'float32', dims: [height, width], data }
  return { dtype: 'float32', dims: [size.height, size.width], data: resizePlane(data, width, height, size) }
}

/** A picture's values with the requested changes. */
function picture(name: string, tensor: OutputTensor, { layout, ...changes }: ValueChanges & { layout: Layout }) {
  const size = pictureSize(name, tensor.dims, layout)
  return {
    ...changeValues(name, numbers(tensor), { ...size, layout }, changes),
    width: size.width,
    height: size.height,
  }
}

/** The common case, in a single pass over the pixels. */
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

function pictureSize(name: string, dims: readonly number[], layout: Layout) {
  const refused = () => refuse(`The output "${name}" is ${dims.join('×')}, which isn't one ${layout} picture.`)
  if (dims.slice(0, -3).some((size) => size !== 1)) return refused()
  const sizes = dims.slice(-3)
  if (sizes.length === 2) sizes.splice(layout.endsWith('CHW') ? 0 : 2, 0, 1)
  const [channels, height, width] = layout.endsWith('CHW') ? sizes : [sizes[2], sizes[0], sizes[1]]
  return width && height && channels ? { width, height, channels } : refused()
}
