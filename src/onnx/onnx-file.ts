import type { Bytes } from './bytes'
import type { Constant, OnnxFile, OnnxNode, OnnxPort } from './contents'
import { firstFilter } from './first-filter'
import { type Field, fields, floats, integers, text } from './protobuf'

const SMALL = 16

/** Reads a ModelProto. @throws ProtobufError if the bytes aren't one */
export function readOnnx(bytes: Bytes): OnnxFile {
  const file: OnnxFile = {
    irVersion: 0,
    producer: '',
    graphName: '',
    opsets: [],
    metadata: {},
    nodes: [],
    operators: [],
    constants: new Map(),
    inputs: [],
    outputs: [],
    external: new Map(),
    ownDomains: [],
    filters: new Map(),
  }
  for (const field of fields(bytes)) {
    if (field.number === 1 && field.wire === 0) file.irVersion = field.value
    else if (field.number === 2) file.producer = text(bytes, field)
    else if (field.number === 7) readGraph(bytes, field, file, true)
    else if (field.number === 8) file.opsets.push(readOpset(bytes, field))
    else if (field.number === 14) Object.assign(file.metadata, readEntry(bytes, field))
    else if (field.number === 25) file.ownDomains.push(find(bytes, field, 10))
  }
  // Searches all steps for each input: networks for pictures have only a few inputs.
  for (const { name } of file.inputs.length <= 16 ? file.inputs : []) {
    const filter = firstFilter(file, name, (tensor) => weightsOf(bytes, file.constants.get(tensor)))
    if (filter) file.filters.set(name, filter)
  }
  return file
}

function readGraph(bytes: Bytes, graph: Field, file: OnnxFile, isMain: boolean): void {
  const initializers = new Set<string>()
  const inputs: OnnxPort[] = []
  for (const field of fields(bytes, graph.start, graph.end)) {
    if (field.number === 1) readNode(bytes, field, file, isMain)
    else if (field.number === 2 && isMain) file.graphName = text(bytes, field)
    else if (field.number === 5) {
      const { name, ...constant } = readTensor(bytes, field, file)
      initializers.add(name)
      if (isMain) file.constants.set(name, constant)
    } else if (field.number === 11 && isMain) inputs.push(readPort(bytes, field))
    else if (field.number === 12 && isMain) file.outputs.push(readPort(bytes, field))
  }
  file.inputs.push(...inputs.filter(({ name }) => !initializers.has(name)))
}

function readNode(bytes: Bytes, node: Field, file: OnnxFile, isMain: boolean): void {
  const read: OnnxNode = { op: '', inputs: [], outputs: [], attributes: {} }
  let domain = ''
  let value: Constant | undefined
  for (const field of fields(bytes, node.start, node.end)) {
    if (field.number === 1) read.inputs.push(text(bytes, field))
    else if (field.number === 2) read.outputs.push(text(bytes, field))
    else if (field.number === 4) read.op = text(bytes, field)
    else if (field.number === 7) domain = text(bytes, field)
    else if (field.number === 5) value = readAttribute(bytes, field, file, read) ?? value
  }
  file.operators.push({ op: read.op, domain })
  if (!isMain) return
  file.nodes.push(read)
  if (read.op === 'Constant' && read.outputs[0] !== undefined) {
    const plain = read.attributes.value_float ?? read.attributes.value_int
    const constant = value ?? (plain === undefined ? undefined : { dims: [], values: [plain].flat() })
    if (constant) file.constants.set(read.outputs[0], constant)
  }
}

/** Adds an attribute's numbers to the node. Returns the tensor of a Constant. */
function readAttribute(bytes: Bytes, attribute: Field, file: OnnxFile, node: OnnxNode): Constant | undefined {
  let name = ''
  let tensor: Constant | undefined
  const numbers: number[] = []
  let isList = false
  const words: string[] = []
  for (const field of fields(bytes, attribute.start, attribute.end)) {
    if (field.number === 1) name = text(bytes, field)
    else if (field.number === 2) numbers.push(...floats(bytes, field))
    else if (field.number === 3) numbers.push(field.value)
    else if (field.number === 5) tensor = readTensor(bytes, field, file)
    else if (field.number === 9) words.push(text(bytes, field))
    else if (field.number === 6 || field.number === 11) readGraph(bytes, field, file, false)
    else if ((field.number === 7 || field.number === 8) && numbers.length <= SMALL) {
      isList = true
      numbers.push(...(field.number === 7 ? floats(bytes, field) : integers(bytes, field)))
    }
  }
  if (words.length > 0) node.words = { ...node.words, [name]: words }
  if (numbers.length > 0) node.attributes[name] = isList ? numbers : (numbers[0] as number)
  return tensor
}

function readTensor(bytes: Bytes, tensor: Field, file: OnnxFile): Constant & { name: string } {
  const dims: number[] = []
  let name = ''
  let type = 0
  let raw: Field | undefined
  let listed: Field | undefined
  let numbers: number[] | null = null
  const external: Record<string, string> = {}
  for (const field of fields(bytes, tensor.start, tensor.end)) {
    const isSmall = field.end - field.start <= 8 * SMALL
    if (field.number === 1) dims.push(...integers(bytes, field))
    else if (field.number === 2) type = field.value
    else if (field.number === 8) name = text(bytes, field)
    else if (field.number === 9) raw = field
    else if (field.number === 4 && !isSmall && field.wire === 2) listed = field
    else if (field.number === 13) Object.assign(external, readEntry(bytes, field))
    else if (field.number === 4 && isSmall) numbers = [...(numbers ?? []), ...floats(bytes, field)]
    else if ((field.number === 5 || field.number === 7) && isSmall)
      numbers = [...(numbers ?? []), ...integers(bytes, field)]
  }
  if (external.location !== undefined) {
    const end = Number(external.offset ?? 0) + Number(external.length ?? 0)
    file.external.set(external.location, Math.max(file.external.get(external.location) ?? 0, end))
  }
  if (!numbers && raw && raw.end - raw.start <= 8 * SMALL) numbers = rawNumbers(bytes, raw, type)
  const place = raw ?? listed
  return {
    name,
    dims,
    values: numbers && numbers.length <= SMALL ? numbers : null,
    ...(place && { place: { start: place.start, end: place.end, type } }),
  }
}

/** Larger tensors aren't first convolutions. */
const MAX_VALUES = 1 << 16

/** All numbers of a constant, if they are floats and there aren't too many. */
export function weightsOf(bytes: Bytes, constant: Constant | undefined): Float32Array | null {
  const { place, dims = [] } = constant ?? {}
  const count = dims.reduce((product, size) => product * size, 1)
  const width = place?.type === 10 ? 2 : 4
  if (!place || count > MAX_VALUES || (place.type !== 1 && place.type !== 10)) return null
  if (place.end - place.start !== count * width) return null
  const data = bytes.at(place.start, place.end - place.start)
  return Float32Array.from({ length: count }, (_, i) =>
    width === 4 ? data.readFloatLE(4 * i) : half(data.readUInt16LE(2 * i)),
  )
}

function half(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023]
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15))
}

/** By TensorProto.DataType: 1 float, 6 int32, 7 int64, 11 double. */
function rawNumbers(bytes: Bytes, { start, end }: Field, type: number): number[] | null {
  const data = bytes.at(start, end - start)
  const readers: Record<number, [number, (at: number) => number]> = {
    1: [4, (at) => data.readFloatLE(at)],
    6: [4, (at) => data.readInt32LE(at)],
    7: [8, (at) => Number(data.readBigInt64LE(at))],
    11: [8, (at) => data.readDoubleLE(at)],
  }
  const [width, read] = readers[type] ?? [0, () => 0]
  return width === 0 ? null : Array.from({ length: Math.floor(data.length / width) }, (_, i) => read(i * width))
}

function readPort(bytes: Bytes, port: Field): OnnxPort {
  const read: OnnxPort = { name: '', about: '', denotation: '', isTensor: true }
  for (const field of fields(bytes, port.start, port.end)) {
    if (field.number === 1) read.name = text(bytes, field)
    else if (field.number === 3) read.about = text(bytes, field)
    else if (field.number === 2)
      for (const part of fields(bytes, field.start, field.end)) {
        if (part.number === 6) read.denotation = text(bytes, part)
        else if (part.number !== 1) read.isTensor = false
      }
  }
  return read
}

function readOpset(bytes: Bytes, field: Field): { domain: string; version: number } {
  const opset = { domain: '', version: 0 }
  for (const part of fields(bytes, field.start, field.end)) {
    if (part.number === 1) opset.domain = text(bytes, part)
    else if (part.number === 2) opset.version = part.value
  }
  return opset
}

function readEntry(bytes: Bytes, field: Field): Record<string, string> {
  return { [find(bytes, field, 1)]: find(bytes, field, 2) }
}

function find(bytes: Bytes, field: Field, number: number): string {
  for (const part of fields(bytes, field.start, field.end)) if (part.number === number) return text(bytes, part)
  return ''
}
