import type { Bytes } from './bytes'
import { type Field, fields, text } from './protobuf'
import { ELEMENT, type Element } from './write'

/** A tensor that a graph takes or returns, as declared in its file. */
export interface TensorPort {
  name: string
  /** Undefined if it isn't a tensor, or its type isn't numeric. */
  type: Element | undefined
  /**
   * A dimension is a number, or a name if it may vary ('' if it has none). Undefined if the file doesn't
   * declare a shape.
   */
  shape: (number | string)[] | undefined
}

/** The parts of an ONNX file needed to add steps before or after its graph. Steps and weights aren't read. */
export interface Signature {
  /** The version of ONNX's own operators. */
  opset: number
  /** Inputs that aren't constants. */
  inputs: TensorPort[]
  outputs: TensorPort[]
  /** The positions of the graph's fields, in order; for inputs and outputs also their names. */
  graph: { start: number; end: number; port?: string }[]
  /** The positions of everything else in the file. */
  rest: { start: number; end: number }[]
}

/** @throws ProtobufError if the bytes aren't an ONNX file */
export function readSignature(bytes: Bytes): Signature {
  const signature: Signature = { opset: 0, inputs: [], outputs: [], graph: [], rest: [] }
  const constants = new Set<string>()
  let from = 0
  for (const field of fields(bytes)) {
    const [start, end] = [from, field.end]
    from = end
    if (field.number !== 7) signature.rest.push({ start, end })
    if (field.number === 8) readOpset(bytes, field, signature)
    if (field.number === 7) readGraph(bytes, field, signature, constants)
  }
  signature.inputs = signature.inputs.filter(({ name }) => !constants.has(name))
  return signature
}

function readOpset(bytes: Bytes, field: Field, signature: Signature): void {
  let domain = ''
  let version = 0
  for (const part of fields(bytes, field.start, field.end)) {
    if (part.number === 1) domain = text(bytes, part)
    else if (part.number === 2) version = part.value
  }
  if (domain === '' || domain === 'ai.onnx') signature.opset = version
}

function readGraph(bytes: Bytes, graph: Field, signature: Signature, constants: Set<string>): void {
  let from = graph.start
  for (const field of fields(bytes, graph.start, graph.end)) {
    const place = { start: from, end: field.end }
    from = field.end
    if (field.number === 5) constants.add(nameOf(bytes, field, 8))
    if (field.number !== 11 && field.number !== 12) {
      const last = signature.graph.at(-1)
      // Adjacent steps, of which there may be thousands, are merged into one range.
      if (last && last.port === undefined && last.end === place.start) last.end = place.end
      else signature.graph.push(place)
      continue
    }
    const port = readPort(bytes, field)
    signature.graph.push({ ...place, port: port.name })
    const list = field.number === 11 ? signature.inputs : signature.outputs
    list.push(port)
  }
}

function nameOf(bytes: Bytes, message: Field, number: number): string {
  for (const field of fields(bytes, message.start, message.end)) if (field.number === number) return text(bytes, field)
  return ''
}

const elements = new Map(Object.entries(ELEMENT).map(([name, number]) => [number as number, name as Element]))

function readPort(bytes: Bytes, field: Field): TensorPort {
  const port: TensorPort = { name: '', type: undefined, shape: undefined }
  for (const part of fields(bytes, field.start, field.end)) {
    if (part.number === 1) port.name = text(bytes, part)
    else if (part.number === 2)
      for (const kind of fields(bytes, part.start, part.end)) if (kind.number === 1) readTensorType(bytes, kind, port)
  }
  return port
}

function readTensorType(bytes: Bytes, { start, end }: Field, port: TensorPort): void {
  for (const part of fields(bytes, start, end)) {
    if (part.number === 1) port.type = elements.get(part.value)
    else if (part.number === 2) {
      port.shape = []
      for (const dim of fields(bytes, part.start, part.end)) if (dim.number === 1) port.shape.push(readDim(bytes, dim))
    }
  }
}

function readDim(bytes: Bytes, { start, end }: Field): number | string {
  for (const part of fields(bytes, start, end)) {
    if (part.number === 1) return part.value > 0 ? part.value : ''
    if (part.number === 2) return text(bytes, part)
  }
  return ''
}
