import type { Feed, PixelFeed, TensorFeed } from '../engine'
import { codec } from '../images'
import type { Port } from '../models'
import { placement } from '../models/fit'
import type { FeedSpec } from '../models/manifest'
import { readValue, Segmentation, type SegmentationType } from '../types'
import type { Link } from './chain'
import { CompileError } from './compile-error'
import type { Glue } from './glue'
import { labelsSized, placed } from './sizes'
import type { Value } from './value'

/** @throws CompileError if a picture's bytes are prepared in a way that the graph doesn't support */
export function requireSame({ called }: Link, feed: Feed, laid: string | undefined, isBytes: boolean): void {
  if (feed.kind === 'pixels' && !laid && !(isBytes && isAsItIs(feed)))
    throw new CompileError(`${called} prepares its picture in a way that cannot be expressed in ONNX.`)
}

function isAsItIs({ layout, scale, offset, order, luma, brighten, dims }: PixelFeed): boolean {
  const all = (numbers: number | number[], value: number) => [numbers].flat().every((one) => one === value)
  return layout.endsWith('HWC') && all(scale, 1) && all(offset, 0) && order !== 'BGR' && !luma && !brighten && !dims
}

interface Fed {
  glue: Glue
  link: Link
  spec: FeedSpec
  feed: Feed
  port: Port | undefined
  value: Value | undefined
}

/** Returns the name of the tensor for an input of the network. */
export async function fed({ glue, link, spec, feed, port, value }: Fed): Promise<string> {
  const unlike = () =>
    new CompileError(`${link.called} takes its “${port?.name}” in a way that cannot be expressed in ONNX.`)
  if (spec.kind === 'image' && port && feed.kind === 'pixels') {
    if (spec.lightness || spec.size.fit === 'chosen' || spec.size.fit === 'around') throw unlike()
    const picture = await pictureFor(glue, link, port, value)
    const placedBytes = await placed(glue, picture, placement(spec.size, picture.width, picture.height), spec.size)
    const shape = [feed.height, feed.width, feed.channels]
    return glue.reshape(placedBytes, feed.layout.startsWith('N') ? [1, ...shape] : shape)
  }
  if (feed.kind !== 'tensor') throw unlike()
  if (spec.kind === 'size' || spec.kind === 'constant') return constantOf(glue, feed)
  if ((spec.kind === 'vector' && value?.kind === 'vector') || (spec.kind === 'number' && value?.kind === 'number')) {
    const length = value.kind === 'vector' ? value.length : 1
    if (feed.dims.reduce((product, size) => product * size, 1) !== length) throw unlike()
    const shaped = glue.reshape(value.name, feed.dims)
    return feed.dtype === 'float32' ? shaped : glue.cast(shaped, feed.dtype)
  }
  if (spec.kind === 'tensor' && value?.kind === 'tensor' && spec.and === undefined && !spec.as) return value.name
  if (spec.kind === 'labels' && value?.kind === 'labels' && port)
    return labelsFor(glue, link, spec, port, value, feed.dims)
  throw unlike()
}

/** A constant, for feeds that are the same for every message. */
function constantOf(glue: Glue, { dtype, dims, data }: TensorFeed): string {
  const numbers = Array.from(data as ArrayLike<number | bigint>, Number)
  const constant = glue.constant(dims, numbers, dtype === 'int64' ? 'int64' : 'float32')
  return dtype === 'float32' || dtype === 'int64' ? constant : glue.cast(constant, dtype)
}

/** A picture with the number of channels that the port requires. */
export async function pictureFor(glue: Glue, { called }: Link, port: Port, value: Value | undefined) {
  if (value?.kind !== 'picture' && value?.kind !== 'floats')
    throw new CompileError(`${called} needs a picture for “${port.name}” but doesn't get one.`)
  const { width, height } = value
  const { channels: wanted } = port.type as { channels?: number }
  const own = value.kind === 'picture' ? value.channels : 1
  if (wanted !== undefined && wanted !== own && !(own === 1 && wanted === 3))
    throw new CompileError(
      `${called} needs a picture with other colours than it gets: put a convert node in between, in the flow.`,
    )
  const bytes =
    value.kind === 'picture' ? value.name : glue.reshape(shades(glue, value.name, value.range), [height, width, 1])
  const isSpread = own === 1 && wanted === 3
  const name = isSpread ? glue.add('Concat', [bytes, bytes, bytes], { axis: 2 }) : bytes
  return { name, width, height, channels: isSpread ? 3 : own }
}

/** Converts floats to the bytes that display them. */
function shades(glue: Glue, name: string, [black, white]: readonly [number, number]): string {
  const scale = white === black ? 0 : 255 / (white - black)
  const above = glue.add('Sub', [name, glue.constant([], [black])])
  return glue.bytes(glue.add('Mul', [above, glue.constant([], [scale])]))
}

async function labelsFor(
  glue: Glue,
  { called }: Link,
  { as, size }: Extract<FeedSpec, { kind: 'labels' }>,
  port: Port,
  value: Extract<Value, { kind: 'labels' }>,
  dims: number[],
): Promise<string> {
  const type = port.type as SegmentationType
  const { width: _, height: __, ...free } = type
  const count = value.labels.length
  const strip = new Segmentation({
    width: count,
    height: 1,
    data: Uint16Array.from({ length: count }, (_, i) => i),
    labels: value.labels,
  })
  const read = (await readValue(free, strip, `${called}'s ${port.name}`, codec)) as Segmentation
  const ids = Array.from(read.data)
  const table = glue.constant([count], ids)
  const mapped = glue.add('Gather', [table, glue.cast(value.name, 'int64')], { axis: 0 })
  const where = placement(
    size.fit === 'letterbox' ? { ...size, fit: 'stretch' } : size,
    type.width ?? value.width,
    type.height ?? value.height,
  )
  // In two steps, like the flow, if the port has its own size.
  const own = { name: mapped, width: value.width, height: value.height }
  const first = { ...where, width: type.width ?? where.width, height: type.height ?? where.height }
  const sized = await labelsSized(
    glue,
    { ...own, name: await labelsSized(glue, own, first), width: first.width, height: first.height },
    where,
  )
  if (as === 'ids') return glue.cast(glue.reshape(sized, dims), 'int64')
  const numbers = Array.from({ length: read.labels.length }, (_, i) => i)
  const planes = glue.constant([numbers.length, 1, 1], numbers)
  const distance = glue.add('Abs', [glue.add('Sub', [sized, planes])])
  const isNone = glue.add('Min', [distance, glue.constant([], [1])])
  return glue.reshape(glue.add('Sub', [glue.constant([], [1]), isNone]), dims)
}
