import type { ArgmaxFetch, Fetch, FetchedTensor, PlaneFetch } from '../engine'
import type { Port } from '../models'
import { isSized } from '../models/feed'
import { placement, unplace } from '../models/fit'
import type { FetchSpec } from '../models/manifest'
import { type Image, isImage, isSegmentation, type Segmentation } from '../types'
import type { Link } from './chain'
import { CompileError } from './compile-error'
import type { Glue } from './glue'
import { labelsSized, planesSized, restored } from './sizes'
import type { Value } from './value'

/** One output of a node, in the graph and in the flow. */
export interface Made {
  glue: Glue
  link: Link
  spec: FetchSpec
  port: Port
  fetch: Fetch
  raw: FetchedTensor
  /** Whether the network includes the final steps for it. */
  laid: boolean
  name: string
  /** The flow's result. */
  output: unknown
  taken(input: string): Value | undefined
}

export function unsayable({ called }: Link, port: Port): CompileError {
  return new CompileError(`${called} makes its “${port.name}” with steps that cannot be expressed in ONNX yet.`)
}

/** The value of a port's output in the graph. */
export async function fetched(made: Made): Promise<Value> {
  const { glue, link, spec, port, fetch, raw, name, output } = made
  if (spec.first || spec.dims) throw unsayable(link, port)
  if (spec.kind === 'image' && isImage(output)) return picture(made, output)
  if (spec.kind === 'values' && isImage(output) && fetch.kind === 'plane') return plane(made, fetch, output)
  if (spec.kind === 'labels' && isSegmentation(output) && fetch.kind === 'argmax')
    return bestLabels(made, spec.axis, fetch, output)
  if (spec.kind === 'ids' && isSegmentation(output)) return idMap(made, spec.sizeOf, output)
  if (spec.kind === 'vector' && !spec.rows && output instanceof Float32Array) {
    const flat = glue.reshape(glue.cast(name, 'float32'), [output.length])
    const own = spec.normalize ? glue.add('LpNormalization', [flat], { axis: 0, p: 2 }) : flat
    return { kind: 'vector', name: own, length: output.length }
  }
  if (spec.kind === 'number') {
    const count = raw.dims.reduce((product, size) => product * size, 1)
    const flat = glue.reshape(glue.cast(name, 'float32'), [count])
    const first = glue.add('Gather', [flat, glue.constant([1], [0], 'int64')], { axis: 0 })
    return { kind: 'number', name: spec.activation ? glue.add('Sigmoid', [first]) : first }
  }
  if (spec.kind === 'tensor') return { kind: 'tensor', name }
  throw unsayable(link, port)
}

function bestLabels({ glue, name, raw }: Made, axis: number, { size }: ArgmaxFetch, output: Segmentation): Value {
  const planes = planesOf(glue, name, raw.dims, axis < 0 ? axis + raw.dims.length : axis)
  const scores = size ? planesSized(glue, planes, size, size.box) : planes.name
  return labelled(glue, glue.add('ArgMax', [scores], { axis: 0, keepdims: 0 }), output)
}

async function idMap(made: Made, sizeOf: string | undefined, output: Segmentation): Promise<Value> {
  const { glue, link, port, name, raw } = made
  const [height, width] = raw.dims.filter((size) => size !== 1) as [number, number]
  const original = sizeOf === undefined ? undefined : made.taken(sizeOf)
  if (original && !isWhole(made, sizeOf as string, width, height)) throw unsayable(link, port)
  const map = { name: glue.reshape(name, [height, width]), width, height }
  return labelled(glue, original ? await labelsSized(glue, map, output) : map.name, output)
}

function labelled(glue: Glue, ids: string, { width, height, labels, colors, data }: Segmentation): Value {
  const element = data instanceof Uint8Array ? 'uint8' : 'uint16'
  return {
    kind: 'labels',
    name: glue.cast(ids, element),
    element,
    width,
    height,
    labels,
    ...(colors && { colors }),
  }
}

/** Scores as [labels, height, width]. */
function planesOf(glue: Glue, name: string, dims: number[], axis: number) {
  const floats = glue.cast(name, 'float32')
  const count = dims.reduce((product, size) => product * size, 1)
  const labels = dims[axis] as number
  const [height, width] = dims.filter((_, i) => i !== axis).slice(-2) as [number, number]
  if (labels * height * width !== count) throw new CompileError('The scores of a label map are not those of one map.')
  const isFirst = axis === dims.length - 3
  const shaped = glue.reshape(floats, isFirst ? [labels, height, width] : [height, width, labels])
  return { name: isFirst ? shaped : glue.transpose(shaped, [2, 0, 1]), width, height }
}

/** The part of an output that shows the input picture, and that picture's size. */
function partOf({ taken, link }: Made, input: string, width: number, height: number) {
  const { variant } = link
  const original = taken(input)
  const spec = Object.values(variant.feeds).find((each) => each.kind === 'image' && each.from === input)
  if (!original || !('width' in original) || !spec || !isSized(spec)) return undefined
  return unplace(placement(spec.size, original.width, original.height), width, height)
}

function isWhole(made: Made, input: string, width: number, height: number): boolean {
  const part = partOf(made, input, width, height)
  return !part || (part.width === width && part.height === height)
}

async function picture(made: Made, output: Image): Promise<Value> {
  const { glue, link, spec, port, raw, laid, name } = made
  if (spec.kind !== 'image' || spec.curves || spec.colorsOf !== undefined || !laid) throw unsayable(link, port)
  const { channels } = output
  const sizes = raw.dims.length === 2 ? raw.dims : raw.dims.slice(-3)
  const isPlanar = spec.layout.endsWith('CHW')
  const [height, width] = (sizes.length === 2 ? sizes : isPlanar ? sizes.slice(1) : sizes.slice(0, 2)) as [
    number,
    number,
  ]
  const own = { name: glue.reshape(name, [height, width, channels]), width, height }
  const size = { width: output.width, height: output.height }
  const part = spec.sizeOf === undefined ? undefined : partOf(made, spec.sizeOf, width, height)
  const sized = part ? await restored(glue, own, part, size) : own.name
  return { kind: 'picture', name: sized, ...size, channels }
}

function plane(made: Made, fetch: PlaneFetch, output: Image): Value {
  const { glue, raw, laid, name, link, port } = made
  const { width, height, range = [0, 1], unit } = output
  const [high, wide] =
    fetch.layout.endsWith('CHW') || raw.dims.length === 2 ? raw.dims.slice(-2) : raw.dims.slice(-3, -1)
  const isPlain = raw.dtype === 'float32' && fetch.channel === undefined && !fetch.activation
  if (!laid && !isPlain) throw unsayable(link, port)
  const shaped = glue.reshape(name, [1, high as number, wide as number])
  const values = fetch.stretch ? stretched(glue, shaped, fetch) : shaped
  if (!laid && !fetch.stretch && (fetch.scale !== 1 || fetch.offset !== 0)) throw unsayable(link, port)
  const planes = { name: values, width: wide as number, height: high as number }
  const sized = fetch.size ? planesSized(glue, planes, fetch.size, fetch.size.box) : values
  const own = glue.reshape(sized, [height, width])
  return { kind: 'floats', name: own, width, height, range, ...(unit && { unit }) }
}

/** Scales values so that the smallest becomes 0 and the largest 1. */
function stretched(glue: Glue, name: string, { scale, offset }: PlaneFetch): string {
  const least = glue.add('ReduceMin', [name], { keepdims: 0 })
  const span = glue.add('Sub', [glue.add('ReduceMax', [name], { keepdims: 0 }), least])
  const above = glue.add('Sub', [name, least])
  const share = glue.add('Div', [above, glue.add('Max', [span, glue.constant([], [1e-30])])])
  return glue.add('Add', [glue.add('Mul', [share, glue.constant([], [scale])]), glue.constant([], [offset])])
}
