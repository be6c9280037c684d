import type { Constant, OnnxFile, OnnxNode } from '../onnx/contents'
import { reason } from './reason'

/**
 * The nodes that make and take each tensor. Computed once per file, because some files have a hundred
 * thousand nodes.
 */
interface Index {
  makers: Map<string, OnnxNode>
  users: Map<string, OnnxNode[]>
}

const indexes = new WeakMap<OnnxFile['nodes'], Index>()

function indexOf({ nodes }: Pick<OnnxFile, 'nodes'>): Index {
  const known = indexes.get(nodes)
  if (known) return known
  const index: Index = { makers: new Map(), users: new Map() }
  for (const node of nodes) {
    for (const name of node.outputs) if (!index.makers.has(name)) index.makers.set(name, node)
    for (const name of new Set(node.inputs)) {
      const users = index.users.get(name)
      if (users) users.push(node)
      else index.users.set(name, [node])
    }
  }
  indexes.set(nodes, index)
  return index
}

/** The nodes that take a tensor. */
export function usersOf(file: Pick<OnnxFile, 'nodes'>, tensor: string): readonly OnnxNode[] {
  return indexOf(file).users.get(tensor) ?? []
}

/** The node that makes a tensor; undefined if there is none. */
export function makerOf(file: Pick<OnnxFile, 'nodes'>, tensor: string): OnnxNode | undefined {
  return indexOf(file).makers.get(tensor)
}

/** Operators that change the places or types of numbers, but not their values. */
const MOVES: ReadonlySet<string> = new Set(
  'Identity,Cast,Transpose,Reshape,Squeeze,Unsqueeze,Flatten,Dropout,Slice,Concat,DepthToSpace,SpaceToDepth,Pad,Resize,Upsample,CastLike,Gather'.split(
    ',',
  ),
)

/**
 * The range of numbers an input expects, if the network's first steps show it by subtracting the mean or
 * dividing: the range, and the step in words. Null if they don't.
 */
export function expectedRange(file: OnnxFile, input: string): { range: '0..1' | '0..255'; step: string } | null {
  let tensor = input
  for (let depth = 0; depth < 6; depth++) {
    const node = usersOf(file, tensor)[0]
    if (!node) return null
    const other = node.inputs.find((name) => name !== tensor)
    const numbers = other === undefined ? null : file.constants.get(other)?.values?.map(Math.abs)
    const [first = 0] = numbers ?? []
    const by = first.toPrecision(3)
    const step =
      node.op === 'Sub' || node.op === 'Add'
        ? reason`its first step is to subtract ${by}`
        : node.op === 'Div'
          ? reason`its first step is to divide by ${by}`
          : reason`its first step is to multiply by ${by}`
    if (node.op === 'ImageScaler') return { range: '0..255', step: reason`its first step subtracts the mean colour` }
    if (numbers && (node.op === 'Sub' || node.op === 'Add')) {
      if (first > 2) return { range: '0..255', step }
      if (first > 0.3 && first < 0.7) return { range: '0..1', step }
    }
    if (numbers && node.op === 'Div' && first > 50) return { range: '0..255', step }
    if (numbers && node.op === 'Mul' && first > 0 && first < 0.03) return { range: '0..255', step }
    if (numbers && node.op === 'Mul' && first > 1.5) return { range: '0..1', step }
    if (!MOVES.has(node.op) || node.op === 'Concat') return null
    tensor = node.outputs[0] ?? ''
  }
  return null
}

/** The smallest and largest number that the network's last steps let through, and the step responsible. */
export interface Bounds {
  min: number
  max: number
  by: string
}

/** Bounds of an output, from its last steps; null if they don't show any. */
export function boundsOf(file: OnnxFile, output: string): Bounds | null {
  return follow(file, output, 0)
}

function follow(file: OnnxFile, tensor: string, depth: number): Bounds | null {
  const node = makerOf(file, tensor)
  if (!node || depth > 12) return null
  const [from = '', second = '', third = ''] = node.inputs
  const inner = () => follow(file, from, depth + 1)
  switch (node.op) {
    case 'Sigmoid':
    case 'HardSigmoid':
    case 'Softmax':
      return { min: 0, max: 1, by: node.op }
    case 'Tanh':
      return { min: -1, max: 1, by: node.op }
    case 'Clip': {
      const min = single(node.attributes.min) ?? single(file.constants.get(second))
      const max = single(node.attributes.max) ?? single(file.constants.get(third))
      if (min !== undefined && max !== undefined && Math.abs(min) < 1e9 && Math.abs(max) < 1e9)
        return { min, max, by: node.op }
      return inner()
    }
    case 'Affine': {
      const [scale, offset] = [single(node.attributes.alpha) ?? 1, single(node.attributes.beta) ?? 0]
      return shift(inner(), scale, offset)
    }
    case 'Mul':
    case 'Div':
    case 'Add':
    case 'Sub': {
      if (node.op === 'Mul' && !file.constants.has(from) && !file.constants.has(second))
        return product(inner(), follow(file, second, depth + 1))
      const isFirst = !file.constants.has(from)
      const constant = single(file.constants.get(isFirst ? second : from))
      if (constant === undefined || (!isFirst && (node.op === 'Div' || node.op === 'Sub'))) return null
      const bounds = follow(file, isFirst ? from : second, depth + 1)
      if (node.op === 'Mul') return shift(bounds, constant, 0)
      if (node.op === 'Div') return shift(bounds, 1 / constant, 0)
      return shift(bounds, 1, node.op === 'Add' ? constant : -constant)
    }
    default:
      return MOVES.has(node.op) ? inner() : null
  }
}

/** The bounds of a product of two tensors. The product of two softmax results is still from 0 to 1. */
function product(one: Bounds | null, other: Bounds | null): Bounds | null {
  const isShare = (bounds: Bounds | null) => bounds !== null && bounds.min >= 0 && bounds.max <= 1
  return isShare(one) && isShare(other) ? one : null
}

function shift(bounds: Bounds | null, scale: number, offset: number): Bounds | null {
  if (!bounds) return null
  const ends = [bounds.min * scale + offset, bounds.max * scale + offset].sort((a, b) => a - b)
  return { ...bounds, min: ends[0] as number, max: ends[1] as number }
}

/** A constant as one number; the mean if there are a few. */
function single(value: number | number[] | Constant | undefined): number | undefined {
  if (typeof value === 'number') return value
  const numbers = Array.isArray(value) ? value : value?.values
  return numbers && numbers.length > 0 ? numbers.reduce((a, b) => a + b, 0) / numbers.length : undefined
}

/** How many channels the first convolution after an input takes; undefined if there is none. */
export function convolvedChannels(file: OnnxFile, input: string): { channels: number; isLast: boolean } | undefined {
  let tensor = input
  let isLast = false
  for (let depth = 0; depth < 8; depth++) {
    const users = usersOf(file, tensor)
    const convolution = users.find(({ op }) => op === 'Conv')
    if (convolution) {
      const dims = file.constants.get(convolution.inputs[1] ?? '')?.dims
      const group = single(convolution.attributes.group) ?? 1
      return dims && dims.length === 4 ? { channels: (dims[1] as number) * group, isLast } : undefined
    }
    const [next] = users
    if (!next) return undefined
    if (next.op === 'Transpose') isLast = String(next.attributes.perm) === '0,3,1,2'
    tensor = next.outputs[0] ?? ''
  }
  return undefined
}

/** Whether the network has an operator of this name. */
export function uses(file: OnnxFile, op: string): boolean {
  return file.nodes.some((node) => node.op === op)
}

/** Whether one of these operators is among about `most` last steps that make a tensor. */
export function comesFrom(file: OnnxFile, tensor: string, ops: readonly string[], most = 25): boolean {
  let front = [tensor]
  const seen = new Set<string>()
  for (let depth = 0; depth < most && front.length > 0; depth++) {
    const makers = front.flatMap((name) => makerOf(file, name) ?? [])
    if (makers.some(({ op }) => ops.includes(op))) return true
    front = makers.flatMap(({ inputs }) => inputs).filter((name) => name !== '' && !seen.has(name))
    for (const name of front) seen.add(name)
  }
  return false
}

/** Steps that draw random numbers, or use outer values without listing them as inputs. */
const OWN = /^(Random|Multinomial|Bernoulli|If$|Loop$|Scan$)/

/** Operators that rearrange numbers without leaving any out. */
const REARRANGES: ReadonlySet<string> = new Set(
  'Identity,Cast,CastLike,Transpose,Reshape,Squeeze,Unsqueeze,Flatten,Exp'.split(','),
)

/**
 * Whether the last steps make a map of one plane into shares of the whole: a softmax over all its places, or
 * a division by their sum.
 */
export function isShareOfAll(file: OnnxFile, tensor: string): boolean {
  let name = tensor
  for (let depth = 0; depth < 8; depth++) {
    const maker = makerOf(file, name)
    if (!maker) return false
    if (maker.op === 'Softmax' || maker.op === 'LogSoftmax') return true
    if (maker.op === 'Div') return comesFrom(file, maker.inputs[1] ?? '', ['ReduceSum'], 3)
    if (!REARRANGES.has(maker.op)) return false
    name = maker.inputs[0] ?? ''
  }
  return false
}

/** Whether a tensor doesn't depend on any input. */
export function isConstant(file: OnnxFile, tensor: string): boolean {
  const given = new Set(file.inputs.map(({ name }) => name))
  const seen = new Set<string>()
  let front = [tensor]
  while (front.length > 0) {
    if (front.some((name) => given.has(name) && !file.constants.has(name))) return false
    const makers = front.flatMap((name) => makerOf(file, name) ?? [])
    if (makers.some(({ op }) => OWN.test(op))) return false
    front = [...new Set(makers.flatMap(({ inputs }) => inputs))].filter((name) => name !== '' && !seen.has(name))
    for (const name of front) seen.add(name)
  }
  return makerOf(file, tensor) !== undefined
}

/**
 * The number of planes among which the last steps choose the largest; undefined if they don't choose, or the file
 * doesn't say.
 */
export function chosenAmong(file: OnnxFile, tensor: string): number | undefined {
  let [name, isChosen] = [tensor, false]
  for (let depth = 0; depth < 16; depth++) {
    const maker = makerOf(file, name)
    if (!maker) return undefined
    if (maker.op === 'ArgMax') isChosen = true
    else if (isChosen && /^Conv(Transpose)?$/.test(maker.op)) {
      const dims = file.constants.get(maker.inputs[1] ?? '')?.dims
      return maker.op === 'Conv' ? dims?.[0] : dims?.[1]
    } else if (!MOVES.has(maker.op) && !/^(Softmax|LogSoftmax|Sigmoid|BatchNormalization)$/.test(maker.op))
      return undefined
    name = maker.inputs[0] ?? ''
  }
  return undefined
}

/** The names that a classifier of ONNX's machine learning operators has for its classes; null if there is none. */
export function classNames(file: OnnxFile): string[] | null {
  for (const { words, attributes } of file.nodes) {
    const names = words?.classlabels_strings ?? words?.classlabels_string
    if (names) return names
    const numbers = attributes.classlabels_int64s ?? attributes.classlabels_ints
    if (Array.isArray(numbers) && numbers.length > 1) return numbers.map(String)
  }
  return null
}
