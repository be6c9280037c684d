import { decode, encode, type Message, STRANGERS_PARTS, type Values } from './protobuf-message'

/**
 * The Open Inference Protocol v2 over gRPC, after its public specification: the service
 * `inference.GRPCInferenceService`, and the list of models that Triton added.
 */

const PARAMETER: Message = {
  bool_param: [1, 'bool'],
  int64_param: [2, 'int'],
  string_param: [3, 'string'],
  double_param: [4, 'double'],
  uint64_param: [5, 'int'],
}

const CONTENTS: Message = {
  bool_contents: [1, 'bool', 'list'],
  int_contents: [2, 'int', 'list'],
  int64_contents: [3, 'int', 'list'],
  uint_contents: [4, 'int', 'list'],
  uint64_contents: [5, 'int', 'list'],
  fp32_contents: [6, 'float', 'list'],
  fp64_contents: [7, 'double', 'list'],
  bytes_contents: [8, 'bytes', 'list'],
}

const TENSOR: Message = {
  name: [1, 'string'],
  datatype: [2, 'string'],
  shape: [3, 'int', 'list'],
  parameters: [4, PARAMETER, 'map'],
  contents: [5, CONTENTS],
}

const ASKED: Message = { name: [1, 'string'], parameters: [2, PARAMETER, 'map'] }

const MODEL: Message = { name: [1, 'string'], version: [2, 'string'] }

const INFER_REQUEST: Message = {
  model_name: [1, 'string'],
  model_version: [2, 'string'],
  id: [3, 'string'],
  parameters: [4, PARAMETER, 'map'],
  inputs: [5, TENSOR, 'list'],
  outputs: [6, ASKED, 'list'],
  raw_input_contents: [7, 'bytes', 'list'],
}

const INFER_RESPONSE: Message = {
  model_name: [1, 'string'],
  model_version: [2, 'string'],
  id: [3, 'string'],
  parameters: [4, PARAMETER, 'map'],
  outputs: [5, TENSOR, 'list'],
  raw_output_contents: [6, 'bytes', 'list'],
}

const MODEL_METADATA: Message = {
  name: [1, 'string'],
  versions: [2, 'string', 'list'],
  platform: [3, 'string'],
  inputs: [4, TENSOR, 'list'],
  outputs: [5, TENSOR, 'list'],
}

const SERVER_METADATA: Message = { name: [1, 'string'], version: [2, 'string'], extensions: [3, 'string', 'list'] }

const INDEX: Message = {
  models: [1, { name: [1, 'string'], version: [2, 'string'], state: [3, 'string'], reason: [4, 'string'] }, 'list'],
}

const NOTHING: Message = {}

const METHODS = {
  ServerLive: [NOTHING, { live: [1, 'bool'] }],
  ServerReady: [NOTHING, { ready: [1, 'bool'] }],
  ModelReady: [MODEL, { ready: [1, 'bool'] }],
  ServerMetadata: [NOTHING, SERVER_METADATA],
  ModelMetadata: [MODEL, MODEL_METADATA],
  ModelInfer: [INFER_REQUEST, INFER_RESPONSE],
  RepositoryIndex: [NOTHING, INDEX],
} as const satisfies Record<string, readonly [request: Message, response: Message]>

export type Method = keyof typeof METHODS

/** A method in the form that `@grpc/grpc-js` expects. */
export interface MethodDefinition {
  path: string
  requestStream: false
  responseStream: false
  requestSerialize(value: Values): Buffer
  requestDeserialize(bytes: Buffer): Values
  responseSerialize(value: Values): Buffer
  responseDeserialize(bytes: Buffer): Values
}

/** The service in the form that `@grpc/grpc-js` expects. */
export const SERVICE = Object.fromEntries(
  Object.entries(METHODS).map(([name, [request, response]]) => [
    name,
    {
      path: `/inference.GRPCInferenceService/${name}`,
      requestStream: false,
      responseStream: false,
      requestSerialize: (value: Values) => encode(request, value),
      requestDeserialize: (bytes: Buffer) => decode(request, bytes, STRANGERS_PARTS),
      responseSerialize: (value: Values) => encode(response, value),
      responseDeserialize: (bytes: Buffer) => decode(response, bytes),
    },
  ]),
) as Record<Method, MethodDefinition>

/**
 * A tensor of a message, with its numbers as stored in memory (little-endian). Each string is preceded by its
 * length in four bytes.
 */
export interface RawTensor {
  name: string
  datatype: string
  shape: number[]
  parameters?: Record<string, unknown> | undefined
  /** Undefined if the message has no such tensor. */
  bytes: Uint8Array | undefined
}

/** The tensors of a `ModelInfer` message, whose numbers may be together at the end or in each tensor. */
export function tensorsOf({ inputs, outputs, ...message }: Values, list: 'inputs' | 'outputs'): RawTensor[] {
  const tensors = (list === 'inputs' ? inputs : outputs) as Values[]
  const raw = message[list === 'inputs' ? 'raw_input_contents' : 'raw_output_contents'] as Buffer[]
  return tensors.map(({ name = '', datatype = '', shape, parameters, contents }, i) => ({
    name: String(name),
    datatype: String(datatype),
    shape: shape as number[],
    parameters: plainParameters(parameters as Record<string, Values>),
    bytes: raw.length > 0 ? raw[i] : contentsOf(String(datatype), contents as Values | undefined),
  }))
}

/** The reverse. */
export function withTensors(tensors: readonly RawTensor[], list: 'inputs' | 'outputs'): Values {
  return {
    [list]: tensors.map(({ bytes: _, parameters, ...head }) => ({
      ...head,
      ...(parameters && { parameters: writtenParameters(parameters) }),
    })),
    [list === 'inputs' ? 'raw_input_contents' : 'raw_output_contents']: tensors.map(({ bytes }) => bytes),
  }
}

/** Parameters as in JSON. */
export function plainParameters(parameters: Record<string, Values>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, Object.values(value ?? {})[0]]))
}

/** The parameters that are strings, numbers or booleans. Lists and records become JSON. */
export function writtenParameters(parameters: Record<string, unknown>): Record<string, Values> {
  const written = Object.entries(parameters).flatMap(([key, value]): [string, Values][] => {
    if (value === undefined) return []
    if (typeof value === 'boolean') return [[key, { bool_param: value }]]
    if (Number.isSafeInteger(value)) return [[key, { int64_param: value }]]
    if (typeof value === 'number') return [[key, { double_param: value }]]
    return [[key, { string_param: typeof value === 'string' ? value : JSON.stringify(value) }]]
  })
  return Object.fromEntries(written)
}

type NumberArray = { from(list: ArrayLike<number>): Uint8Array | Int8Array | Float32Array }

/** For each datatype, the field of `contents` that holds the numbers, and how they are stored in memory. */
const IN_CONTENTS: Record<string, readonly [field: string, array: unknown]> = {
  BOOL: ['bool_contents', Uint8Array],
  INT8: ['int_contents', Int8Array],
  INT16: ['int_contents', Int16Array],
  INT32: ['int_contents', Int32Array],
  INT64: ['int64_contents', BigInt64Array],
  UINT8: ['uint_contents', Uint8Array],
  UINT16: ['uint_contents', Uint16Array],
  UINT32: ['uint_contents', Uint32Array],
  UINT64: ['uint64_contents', BigUint64Array],
  FP32: ['fp32_contents', Float32Array],
  FP64: ['fp64_contents', Float64Array],
}

function contentsOf(datatype: string, contents: Values | undefined): Uint8Array | undefined {
  if (!contents) return undefined
  if (datatype === 'BYTES') return lengthsBefore(contents.bytes_contents as Buffer[])
  const [field, array] = IN_CONTENTS[datatype] ?? []
  if (field === undefined) return undefined
  const numbers = (contents[field] as (number | boolean)[]).map(Number)
  const is64 = field.includes('64_contents') && field !== 'fp64_contents'
  const typed = (array as NumberArray).from((is64 ? numbers.map(BigInt) : numbers) as number[])
  return new Uint8Array(typed.buffer)
}

function lengthsBefore(texts: Buffer[]): Buffer {
  return Buffer.concat(
    texts.flatMap((bytes) => {
      const length = Buffer.alloc(4)
      length.writeUInt32LE(bytes.length)
      return [length, bytes]
    }),
  )
}
