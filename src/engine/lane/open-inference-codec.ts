import type { RawTensor } from '../../grpc/open-inference'
import { EngineError } from '../error'
import type { DataType, TensorData } from '../types'

export interface WireTensor {
  type: DataType
  dims: readonly number[]
  data: TensorData
}

/** The description of a session's inputs and outputs, in ONNX Runtime's form. */
export interface Metadata {
  name: string
  isTensor: true
  type: DataType
  shape: (number | string)[]
}

type ArrayOf = new (buffer: ArrayBuffer) => TensorData

/** The protocol's names of data types, and their typed arrays (little-endian). */
const DATATYPES: Record<DataType, [name: string, array: ArrayOf]> = {
  float16: ['FP16', Uint16Array], // the bits
  float32: ['FP32', Float32Array],
  float64: ['FP64', Float64Array],
  uint8: ['UINT8', Uint8Array],
  int8: ['INT8', Int8Array],
  uint16: ['UINT16', Uint16Array],
  int16: ['INT16', Int16Array],
  uint32: ['UINT32', Uint32Array],
  int32: ['INT32', Int32Array],
  uint64: ['UINT64', BigUint64Array],
  int64: ['INT64', BigInt64Array],
  bool: ['BOOL', Uint8Array],
}
const typeOf = new Map(Object.entries(DATATYPES).map(([type, [name]]) => [name, type as DataType]))

/**
 * An `infer` request in JSON only, for servers without the binary extension.
 *
 * @param address of the server, for sentences
 * @throws EngineError `server` if JSON has no such numbers
 */
export function encodeJson(tensors: Record<string, WireTensor>, names: readonly string[], address: string): string {
  const inputs = Object.entries(tensors).map(([name, { type, dims, data }]) => {
    const numbers = Array.from(data as ArrayLike<number | bigint>, Number)
    const isSaid =
      type !== 'float16' &&
      numbers.every(type.includes('64') && type !== 'float64' ? Number.isSafeInteger : Number.isFinite)
    if (!isSaid)
      throw new EngineError(
        'server',
        `${address} accepts tensors only as JSON, which cannot hold the ${type} numbers of "${name}"`,
      )
    return { name, shape: dims, datatype: DATATYPES[type][0], data: type === 'bool' ? numbers.map(Boolean) : numbers }
  })
  return JSON.stringify({ inputs, outputs: names.map((name) => ({ name })) })
}

/** An `infer` request: JSON followed by the bytes of all tensors. It asks for a response in the same form. */
export function encodeRequest(
  tensors: Record<string, WireTensor>,
  names: readonly string[],
): { body: Uint8Array<ArrayBuffer>; jsonLength: number } {
  const parts: Uint8Array[] = []
  const inputs = Object.entries(tensors).map(([name, { type, dims, data }]) => {
    parts.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    const parameters = { binary_data_size: data.byteLength }
    return { name, shape: dims, datatype: DATATYPES[type][0], parameters }
  })
  const outputs = names.map((name) => ({ name, parameters: { binary_data: true } }))
  const json = Buffer.from(JSON.stringify({ inputs, outputs }))
  return { body: new Uint8Array(Buffer.concat([json, ...parts])), jsonLength: json.length }
}

/**
 * Reads the response: tensors as bytes after the JSON, or as lists in it.
 * @param length the header with the length of the JSON; null: all is JSON
 * @param address of the server, for sentences
 * @throws EngineError `server-away`
 */
export function decodeAnswer(body: Buffer, length: string | null, address: string): Record<string, WireTensor> {
  const end = length === null ? body.length : Number(length)
  const { outputs } = parse(body.subarray(0, end), address) as { outputs?: unknown }
  if (!Array.isArray(outputs)) throw nonsense(address, 'its answer has no outputs')
  const tensors: Record<string, WireTensor> = {}
  let at = end
  for (const output of outputs.map(fieldsOf)) {
    const size = (output.parameters as { binary_data_size?: unknown } | undefined)?.binary_data_size
    const { name, datatype, shape } = output
    const numbers = typeof size === 'number' ? body.subarray(at, at + size) : output.data
    if (typeof size === 'number') at += size
    tensors[String(name)] = tensorFrom({ name, datatype, shape, numbers }, address)
  }
  return tensors
}

/**
 * A tensor from a server.
 * @param output its numbers as bytes, as stored in memory, or as a list
 * @throws EngineError `server-away` if they don't match their description
 */
export function tensorFrom(
  output: { name: unknown; datatype: unknown; shape: unknown; numbers: unknown },
  address: string,
): WireTensor {
  const name = String(output.name)
  const { shape: dims, numbers } = output
  const type = typeOf.get(String(output.datatype))
  if (!type || !isShape(dims))
    throw nonsense(address, `the output "${name}" has a type or shape that Daisychain doesn't know`)
  const data = numbers instanceof Uint8Array ? fromBytes(numbers, type) : fromList(numbers, type)
  if (data?.length !== dims.reduce((product, dim) => product * dim, 1))
    throw nonsense(address, `the output "${name}" has fewer or more numbers than its shape says`)
  return { type, dims, data }
}

/** A tensor with its numbers as bytes, as they are in memory. */
export function rawTensor(name: string, { type, dims, data }: WireTensor): RawTensor {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return { name, datatype: DATATYPES[type][0], shape: [...dims], bytes }
}

/** The server's description of a model's tensors. @throws EngineError `server-away` */
export function metadataOf(answer: unknown, address: string): { inputs: Metadata[]; outputs: Metadata[] } {
  const read = (list: unknown): Metadata[] => {
    if (!Array.isArray(list)) throw nonsense(address, "it doesn't list the inputs and outputs")
    return list.map(fieldsOf).map(({ name, datatype, shape }) => {
      const type = typeOf.get(String(datatype))
      if (!type || !Array.isArray(shape))
        throw nonsense(address, `"${name}" has a type or shape that Daisychain doesn't know`)
      return {
        name: String(name),
        isTensor: true,
        type,
        shape: shape.map((size) => (Number(size) < 0 ? '' : Number(size))),
      }
    })
  }
  const { inputs, outputs } = (answer ?? {}) as Record<string, unknown>
  return { inputs: read(inputs), outputs: read(outputs) }
}

function fromBytes(bytes: Uint8Array, type: DataType): TensorData | null {
  const array = DATATYPES[type][1]
  try {
    // A copy, so that it starts at the beginning of its buffer.
    return new array(new Uint8Array(bytes).buffer)
  } catch {
    return null // not a whole number of elements
  }
}

function fromList(list: unknown, type: DataType): TensorData | null {
  if (!Array.isArray(list) || type === 'float16') return null
  const flat: unknown[] = list.flat(8)
  const isWhole = type === 'int64' || type === 'uint64'
  if (!flat.every((item) => typeof item === 'boolean' || (isWhole ? Number.isInteger(item) : typeof item === 'number')))
    return null
  const numbers = flat as (number | boolean)[]
  if (type === 'int64') return BigInt64Array.from(numbers, BigInt)
  if (type === 'uint64') return BigUint64Array.from(numbers, BigInt)
  return (DATATYPES[type][1] as unknown as { from(list: Iterable<number>): TensorData }).from(numbers.map(Number))
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return Object(value ?? {})
}

function isShape(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0)
}

function parse(bytes: Buffer, address: string): object {
  try {
    return Object(JSON.parse(bytes.toString()))
  } catch {
    throw nonsense(address, "its answer isn't JSON")
  }
}

/** @param what the problem, as a clause */
export function nonsense(address: string, what: string): EngineError {
  return new EngineError('server-away', `${address} doesn't follow the Open Inference Protocol: ${what}`)
}
