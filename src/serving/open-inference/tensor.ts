import { RequestError } from '../request-error'

/**
 * A tensor of the Open Inference Protocol. `data` is flat. Elements of BYTES are byte strings; BOOL is 0 and
 * 1.
 */
export interface Tensor {
  name: string
  datatype: Datatype
  shape: number[]
  data: ArrayLike<number> | Uint8Array[]
  parameters?: Record<string, unknown>
}

interface Numbers extends ArrayLike<number> {
  readonly buffer: ArrayBufferLike
  readonly byteOffset: number
  readonly byteLength: number
}

/** How numbers of each type are stored (little-endian, as on all machines that Node.js supports). */
const READERS = {
  BOOL: [1, (bytes: ArrayBuffer) => new Uint8Array(bytes)],
  UINT8: [1, (bytes: ArrayBuffer) => new Uint8Array(bytes)],
  UINT16: [2, (bytes: ArrayBuffer) => new Uint16Array(bytes)],
  UINT32: [4, (bytes: ArrayBuffer) => new Uint32Array(bytes)],
  UINT64: [8, (bytes: ArrayBuffer) => Float64Array.from(new BigUint64Array(bytes), Number)],
  INT8: [1, (bytes: ArrayBuffer) => new Int8Array(bytes)],
  INT16: [2, (bytes: ArrayBuffer) => new Int16Array(bytes)],
  INT32: [4, (bytes: ArrayBuffer) => new Int32Array(bytes)],
  INT64: [8, (bytes: ArrayBuffer) => Float64Array.from(new BigInt64Array(bytes), Number)],
  FP32: [4, (bytes: ArrayBuffer) => new Float32Array(bytes)],
  FP64: [8, (bytes: ArrayBuffer) => new Float64Array(bytes)],
} as const satisfies Record<string, readonly [number, (bytes: ArrayBuffer) => Numbers]>

export type Datatype = keyof typeof READERS | 'BYTES'

const WRITERS: Record<keyof typeof READERS, (data: ArrayLike<number>) => Numbers> = {
  BOOL: (data) => Uint8Array.from(data),
  UINT8: (data) => Uint8Array.from(data),
  UINT16: (data) => Uint16Array.from(data),
  UINT32: (data) => Uint32Array.from(data),
  UINT64: (data) => BigUint64Array.from(Array.from(data, BigInt)) as unknown as Numbers,
  INT8: (data) => Int8Array.from(data),
  INT16: (data) => Int16Array.from(data),
  INT32: (data) => Int32Array.from(data),
  INT64: (data) => BigInt64Array.from(Array.from(data, BigInt)) as unknown as Numbers,
  FP32: (data) => Float32Array.from(data),
  FP64: (data) => Float64Array.from(data),
}

export function isDatatype(name: unknown): name is Datatype {
  return name === 'BYTES' || (typeof name === 'string' && Object.hasOwn(READERS, name))
}

/** The number of elements in a shape. @throws RequestError if it isn't a valid shape */
export function countOf(shape: unknown, name: string): number {
  const isShape =
    Array.isArray(shape) && shape.length <= 8 && shape.every((size) => Number.isSafeInteger(size) && size >= 0)
  if (!isShape) throw new RequestError(400, `${name}: "shape" must be a list of whole numbers`)
  const count = (shape as number[]).reduce((product, size) => product * size, 1)
  if (count > 2 ** 31) throw new RequestError(400, `${name}: a tensor cannot have ${count} elements`)
  return count
}

/**
 * The elements of a tensor in the binary extension.
 * @throws RequestError if the bytes don't match the shape
 */
export function readElements(bytes: Buffer, datatype: Datatype, count: number, name: string): Tensor['data'] {
  if (datatype === 'BYTES') return readStrings(bytes, count, name)
  const [size, read] = READERS[datatype]
  if (bytes.length !== count * size) {
    throw new RequestError(
      400,
      `${name}: ${count} elements of ${datatype} are ${count * size} bytes, not ${bytes.length}`,
    )
  }
  return read(new Uint8Array(bytes).buffer)
}

/** The reverse. */
export function writeElements({ datatype, data }: Tensor): Buffer {
  if (datatype !== 'BYTES') {
    const { buffer, byteOffset, byteLength } = WRITERS[datatype](data as ArrayLike<number>)
    return Buffer.from(buffer, byteOffset, byteLength)
  }
  return Buffer.concat((data as Uint8Array[]).flatMap((text) => [uint32(text.length), text]))
}

/** Each element begins with its length in four bytes. */
function readStrings(bytes: Buffer, count: number, name: string): Buffer[] {
  const strings: Buffer[] = []
  let at = 0
  while (at + 4 <= bytes.length && strings.length < count) {
    const end = at + 4 + bytes.readUInt32LE(at)
    if (end > bytes.length) break
    strings.push(bytes.subarray(at + 4, end))
    at = end
  }
  if (at === bytes.length && strings.length === count) return strings
  throw new RequestError(400, `${name}: the bytes are not ${count} elements, each with its length before it`)
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
