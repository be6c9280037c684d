import type { Bytes } from './bytes'
import { readSignature, type Signature, type TensorPort } from './signature'
import { block, blockStart, ELEMENT, type Element, type NewNode, node, port, tensor } from './write'

type Layout = 'NCHW' | 'NHWC' | 'CHW' | 'HWC'
type Numbers = number | number[]

/**
 * A picture's bytes, height × width × channels, and how they become a tensor: byte × scale + offset, in the
 * tensor's order.
 */
export interface InputEnd {
  channels: number
  layout: Layout
  order?: 'RGB' | 'BGR'
  scale: Numbers
  offset: Numbers
  /** Combines three channels into one: luma by ITU-R BT.601. */
  luma?: boolean
}

/**
 * How a tensor is converted: `pixels` are bytes, height × width × channels (value × scale + offset, rounded,
 * clamped to 0..255); a `plane` gets the same scale and offset without a change of type or order. An
 * activation comes first, then the selection of channels.
 */
export interface OutputEnd {
  kind: 'pixels' | 'plane'
  layout: Layout
  order?: 'RGB' | 'BGR'
  scale: Numbers
  offset: Numbers
  channel?: number | { first: number; count: number }
  activation?: 'sigmoid' | 'softmax'
}

export interface Ends {
  /** Input → its end. */
  inputs: Record<string, InputEnd>
  outputs: Record<string, OutputEnd>
}

/** A network with conversions added to its inputs and outputs. */
export interface Ended {
  /** The file. Its weights are copied unchanged; those in separate files stay there. */
  bytes: Buffer
  /** The network's own signature, as declared in the file. */
  signature: Signature
  /** Input → the name of the input for its bytes. */
  inputs: Map<string, string>
  /** Output → the name of the output with its bytes or numbers. */
  outputs: Map<string, string>
  /**
   * Inputs that take planes instead: floats [1, channels, height, width] with whole numbers from 0 to 255.
   */
  planes: Set<string>
  /** Output → the name of the output with its bytes as such planes. */
  asPlanes: Map<string, string>
}

/** In older versions, operators broadcast differently. */
const OLDEST_OPSET = 7

/**
 * Adds steps before and after a network, so that it takes and returns bytes. Conversions that its operators
 * can't express, or that don't match the file's declarations, are left out; null if none remain.
 * @param onCard whether it runs on a graphics card, which doesn't support bytes: there, pictures are passed
 * between networks as planes of floats
 * @throws ProtobufError if the bytes aren't an ONNX file
 */
export function withEnds(bytes: Bytes, ends: Ends, onCard = false): Ended | null {
  const signature = readSignature(bytes)
  const { opset } = signature
  if (opset < OLDEST_OPSET) return null
  const fields: Buffer[] = []
  const add = (nodes: NewNode[]) => fields.push(...nodes.map((each) => block(1, node(each))))
  const of = (ports: TensorPort[], name: string) => ports.find((each) => each.name === name)

  const inputs = new Map<string, string>()
  const planes = new Set<string>()
  for (const [name, end] of Object.entries(ends.inputs)) {
    const made = inputEnd(of(signature.inputs, name), end, opset, onCard)
    if (!made) continue
    inputs.set(name, made.name)
    if (made.isPlanes) planes.add(name)
    fields.push(block(11, port(made.name, made.isPlanes ? 'float32' : 'uint8', made.shape)))
    add(made.nodes)
  }
  const outputs = new Map<string, string>()
  const asPlanes = new Map<string, string>()
  for (const [name, end] of Object.entries(ends.outputs)) {
    const made = outputEnd(of(signature.outputs, name), end, opset, onCard)
    if (!made) continue
    outputs.set(name, made.name)
    // Without a shape, which ONNX Runtime infers.
    fields.push(block(12, port(made.name, end.kind === 'pixels' ? 'uint8' : 'float32')))
    if (made.planes !== undefined) {
      asPlanes.set(name, made.planes)
      fields.push(block(12, port(made.planes, 'float32')))
    }
    add(made.nodes)
  }
  if (inputs.size + outputs.size === 0) return null
  const spliced = splice(bytes, signature, [...inputs.keys(), ...outputs.keys()], fields)
  return { bytes: spliced, signature, inputs, outputs, planes, asPlanes }
}

/** The file without the replaced inputs and outputs, but with the additions. */
function splice(bytes: Bytes, { graph, rest }: Signature, replaced: string[], added: Buffer[]): Buffer {
  const copy = ({ start, end }: { start: number; end: number }) => bytes.at(start, end - start)
  const content = [...graph.filter(({ port }) => port === undefined || !replaced.includes(port)).map(copy), ...added]
  const size = content.reduce((sum, { length }) => sum + length, 0)
  return Buffer.concat([...rest.map(copy), blockStart(7, size), ...content])
}

interface Laid {
  /** The name of the new input or output. */
  name: string
  nodes: NewNode[]
}

/** The possible types of a picture's tensor, with the range of integer types. */
const TAKEN: Partial<Record<Element, [number, number] | null>> = {
  float32: null,
  float16: null,
  float64: null,
  uint8: [0, 255],
  int8: [-128, 127],
}

const LUMA = [0.299, 0.587, 0.114, 0]

function inputEnd(
  tensor: TensorPort | undefined,
  end: InputEnd,
  opset: number,
  onCard: boolean,
): (Laid & { shape: (number | string)[]; isPlanes: boolean }) | null {
  if (!tensor?.type || !tensor.shape || !isPictureOf(tensor, end)) return null
  const { name, type, shape } = tensor
  const { channels, layout } = end
  const hasBatch = shape.length === 4
  const isPlanes = onCard && hasBatch
  const steps = createSteps(`daisychain/in/${name}`)
  if (isPlanes) fromPlanes(steps, type, end, opset)
  else fromBytes(steps, type, end, opset, hasBatch)
  if (steps.nodes.length === 0) return null // used unchanged
  const sizes = layout.endsWith('CHW') ? shape.slice(-2) : shape.slice(-3, -1)
  const batch = hasBatch ? shape.slice(0, 1) : []
  const given = isPlanes ? [...batch, channels, ...sizes] : [...batch, ...sizes, channels]
  return { name: steps.start, nodes: steps.endingAs(name), shape: given, isPlanes }
}

function fromBytes(steps: Steps, type: Element, end: InputEnd, opset: number, hasBatch: boolean): void {
  const { channels, layout, order, scale, offset } = end
  const isLuma = lumaOf(end)
  const isPlanar = layout.endsWith('CHW') || isLuma
  if (isPlanar) steps.add('Transpose', [], { perm: hasBatch ? [0, 3, 1, 2] : [2, 0, 1] })
  if (order === 'BGR' && channels >= 3 && !isLuma) steps.take((hasBatch ? 4 : 3) - (isPlanar ? 3 : 1), turned(channels))
  if (type === 'uint8' && !isLuma && each(scale, 1) && each(offset, 0)) return
  steps.cast('float32')
  toNumbers(steps, type, end, opset, isPlanar)
}

function fromPlanes(steps: Steps, type: Element, end: InputEnd, opset: number): void {
  if (end.order === 'BGR' && end.channels >= 3 && !lumaOf(end)) steps.take(1, turned(end.channels))
  toNumbers(steps, type, end, opset, true)
  if (steps.nodes.length === 0) steps.add('Identity')
}

/** Converts floats from 0 to 255 to a tensor's type. */
function toNumbers(steps: Steps, type: Element, end: InputEnd, opset: number, isPlanar: boolean): void {
  const { channels, layout, scale, offset } = end
  const range = TAKEN[type]
  if (lumaOf(end)) steps.add('Conv', [steps.constant([1, channels, 1, 1], LUMA.slice(0, channels))])
  steps.line(scale, offset, isPlanar)
  if (isPlanar && !layout.endsWith('CHW')) steps.add('Transpose', [], { perm: [0, 2, 3, 1] })
  if (range) steps.round(range, opset)
  if (type !== 'float32') steps.cast(type)
}

const lumaOf = ({ luma, channels }: InputEnd) => luma === true && channels >= 3

/** Whether a tensor can be made from such bytes. If not, the code that packs the tensor reports why. */
function isPictureOf({ type = 'bool', shape = [] }: TensorPort, end: InputEnd): boolean {
  const { channels, layout, scale, offset } = end
  const own = lumaOf(end) ? 1 : channels
  const declared = shape.at(layout.endsWith('CHW') ? -3 : -1)
  if (TAKEN[type] === undefined || shape.length !== layout.length) return false
  if (lumaOf(end) && shape.length !== 4) return false // a convolution needs a batch dimension
  return (typeof declared === 'string' || declared === own) && fits(scale, own) && fits(offset, own)
}

function outputEnd(
  tensor: TensorPort | undefined,
  end: OutputEnd,
  opset: number,
  onCard: boolean,
): (Laid & { planes?: string }) | null {
  const { kind, layout, order, scale, offset, activation } = end
  const places = tensor && outputPlaces(tensor, end)
  if (!places) return null
  const { count, axis, taken, own } = places
  // Older versions include all axes after that one.
  if (activation === 'softmax' && opset < 13) return null
  const isPlanar = layout.endsWith('CHW')
  const steps = createSteps(tensor.name)
  if (tensor.type !== 'float32') steps.cast('float32')
  if (activation === 'sigmoid') steps.add('Sigmoid')
  if (activation === 'softmax') steps.add('Softmax', [], { axis })
  if (taken) steps.take(axis, taken)
  const isSwapped = kind === 'pixels' && order === 'BGR' && Number(own) >= 3
  const swap = () => (isSwapped ? steps.take(axis, turned(Number(own))) : undefined)
  let planes: string | undefined
  if (kind === 'plane') steps.line(scale, offset, isPlanar)
  else if (onCard && isPlanar && count === 4) {
    steps.line(scale, offset, isPlanar)
    steps.round([0, 255], opset)
    swap()
    planes = steps.last
    steps.cast('uint8')
  } else {
    steps.bytes(scale, offset, isPlanar, opset)
    swap()
  }
  if (kind === 'pixels' && isPlanar && count > 2)
    steps.add('Transpose', [], { perm: count === 4 ? [0, 2, 3, 1] : [1, 2, 0] })
  const name = `daisychain/out/${tensor.name}`
  return steps.nodes.length === 0 ? null : { name, nodes: steps.endingAs(name), ...(planes && { planes }) }
}

/**
 * An output's number of dimensions, its channel dimension, the channels used, and how many there are. Null if
 * the request doesn't match; the code that unpacks the tensor reports why.
 */
function outputPlaces(
  { type, shape }: TensorPort,
  { kind, layout, order, scale, offset, channel, activation }: OutputEnd,
) {
  if (!type || type.includes('64') || type === 'bool' || !shape || shape.length < 2 || shape.length > 4) return null
  const count = shape.length
  const axis = layout.endsWith('CHW') ? count - 3 : count - 1
  if (count === 2 && (channel !== undefined || activation === 'softmax')) return null
  const all = count === 2 ? 1 : shape[axis]
  const taken = indicesOf(channel)
  if (taken && !(typeof all === 'number' && taken.every((index) => index >= 0 && index < all))) return null
  const own = taken?.length ?? all
  const places = { count, axis, taken, own }
  if (typeof own === 'number')
    return (kind === 'plane' ? [1] : [1, 3, 4]).includes(own) && fits(scale, own) && fits(offset, own) ? places : null
  const isOneForAll = typeof scale === 'number' && typeof offset === 'number' && fits(scale, 1) && fits(offset, 1)
  return kind === 'pixels' && isOneForAll && order !== 'BGR' ? places : null
}

function indicesOf(channel: OutputEnd['channel']): number[] | undefined {
  if (channel === undefined) return undefined
  if (typeof channel === 'number') return [channel]
  return Array.from({ length: channel.count }, (_, i) => channel.first + i)
}

/** The channel order with red and blue swapped. */
const turned = (channels: number): number[] => [2, 1, 0, 3].slice(0, channels)

/**
 * The nearest float that isn't larger. With it, the middle between black and white is rounded up, like 127.5.
 */
function floatBelow(value: number): number {
  const nearest = Math.fround(value)
  return nearest > value ? Math.fround(nearest * (1 - 2 ** -24)) : nearest
}

const each = (numbers: Numbers, value: number): boolean => [numbers].flat().every((one) => one === value)

/** One number for all channels, or one for each. */
const fits = (numbers: Numbers, channels: number): boolean =>
  [numbers].flat().every(Number.isFinite) && (!Array.isArray(numbers) || numbers.length === channels)

type Steps = ReturnType<typeof createSteps>

/** A sequence of steps, each applied to the previous one's output. */
function createSteps(start: string) {
  const nodes: NewNode[] = []
  let last = start
  let count = 0
  const fresh = () => `daisychain/step/${start}/${count++}`

  function add(op: string, more: string[] = [], attributes: NewNode['attributes'] = {}): void {
    const output = fresh()
    nodes.push({ op, inputs: [last, ...more], outputs: [output], attributes })
    last = output
  }

  /** Added as a step, because initializers of old files must be inputs too. */
  function constant(dims: number[], values: number[], type: 'float32' | 'int64' = 'float32'): string {
    const output = fresh()
    nodes.push({
      op: 'Constant',
      inputs: [],
      outputs: [output],
      attributes: { value: { tensor: tensor(type, dims, values) } },
    })
    return output
  }

  return {
    start,
    nodes,
    /** The name of the last step's output. */
    get last() {
      return last
    },
    add,
    constant,
    cast: (type: Element) => add('Cast', [], { to: ELEMENT[type] }),
    take: (axis: number, indices: number[]) => add('Gather', [constant([indices.length], indices, 'int64')], { axis }),
    /** Multiplies by `scale` and adds `offset`, each one number or one per channel. */
    line(scale: Numbers, offset: Numbers, isPlanar: boolean) {
      const numbers = (value: Numbers) =>
        Array.isArray(value) ? constant(isPlanar ? [value.length, 1, 1] : [value.length], value) : constant([], [value])
      if (!each(scale, 1)) add('Mul', [numbers(scale)])
      if (!each(offset, 0)) add('Add', [numbers(offset)])
    },
    /** Rounds to integers in a range. */
    round([min, max]: [number, number], opset: number) {
      if (opset < 11) {
        add('Add', [constant([], [0.5])])
        add('Floor')
        add('Clip', [], { min: { float: min }, max: { float: max } })
      } else {
        add('Round')
        add('Clip', [constant([], [min]), constant([], [max])])
      }
    },
    /** Converts to bytes: value × scale + offset, rounded. */
    bytes(scale: Numbers, offset: Numbers, isPlanar: boolean, opset: number) {
      const isOneForAll = typeof scale === 'number' && scale > 0 && typeof offset === 'number'
      if (opset < 10) {
        this.line(scale, offset, isPlanar)
        this.round([0, 255], opset)
        this.cast('uint8')
      } else if (isOneForAll) {
        // Divides, rounds, clamps and casts in one pass.
        this.line(1, offset / scale, isPlanar)
        add('QuantizeLinear', [constant([], [floatBelow(1 / scale)])])
      } else {
        this.line(scale, offset, isPlanar)
        add('QuantizeLinear', [constant([], [1])])
      }
    },
    /** The steps, with `name` as the name of the last output. */
    endingAs: (name: string) => nodes.map((each) => (each.outputs[0] === last ? { ...each, outputs: [name] } : each)),
  }
}
