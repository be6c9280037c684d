import type { Bytes } from './bytes'

/** One field of a protobuf message: a number, or the position of its bytes. */
export interface Field {
  number: number
  /** The value of a number field. Floats are given as their bits: see `float`. */
  value: number
  /** The start and end of strings, messages and packed lists. Equal for numbers. */
  start: number
  end: number
  wire: number
}

/** A message is truncated or invalid. */
export class ProtobufError extends Error {
  constructor(
    message: string,
    /** The length that the file should have. Undefined if the fault is a different one. */
    readonly needed?: number,
  ) {
    super(message)
  }
}

/** The fields of the message between two positions, in order. Contents aren't read. @throws ProtobufError */
export function* fields(bytes: Bytes, start = 0, end = bytes.size): Generator<Field> {
  let at = start
  while (at < end) {
    const key = varint(bytes, at, end)
    const [number, wire] = [Math.floor(key.value / 8), key.value % 8]
    if (number === 0) throw new ProtobufError('a field has no number')
    at = key.next
    if (wire === 0) {
      const { value, next } = varint(bytes, at, end)
      yield { number, wire, value, start: at, end: next }
      at = next
    } else if (wire === 2) {
      const length = varint(bytes, at, end)
      const next = length.next + length.value
      if (next > end) throw new ProtobufError('a field is longer than what is left', next)
      yield { number, wire, value: 0, start: length.next, end: next }
      at = next
    } else if (wire === 5 || wire === 1) {
      const next = at + (wire === 5 ? 4 : 8)
      if (next > end) throw new ProtobufError('a number breaks off', next)
      yield { number, wire, value: 0, start: at, end: next }
      at = next
    } else throw new ProtobufError(`there is no wire type ${wire}`)
  }
}

/** Maximum bytes of a number. */
const LONGEST = 10

function varint(bytes: Bytes, at: number, end: number): { value: number; next: number } {
  const window = bytes.at(at, Math.min(LONGEST, end - at))
  const length = varintLength(window, 0)
  if (length === 0)
    throw new ProtobufError('a number breaks off', window.length < LONGEST ? at + window.length + 1 : undefined)
  return { value: varintValue(window, 0, length), next: at + length }
}

/** The length in bytes of the number that begins there; 0 if it doesn't end. */
function varintLength(bytes: Uint8Array, at: number): number {
  const last = Math.min(at + LONGEST, bytes.length)
  for (let end = at; end < last; end++) if ((bytes[end] as number) < 0x80) return end + 1 - at
  return 0
}

function varintValue(bytes: Uint8Array, at: number, length: number): number {
  let value = 0
  // With more than seven bytes, it may be too large for JavaScript's numbers.
  if (length <= 7) {
    for (let i = length - 1; i >= 0; i--) value = value * 128 + ((bytes[at + i] as number) & 0x7f)
    return value
  }
  let large = 0n
  for (let i = length - 1; i >= 0; i--) large = (large << 7n) | BigInt((bytes[at + i] as number) & 0x7f)
  return Number(BigInt.asIntN(64, large))
}

/** A text field. */
export function text(bytes: Bytes, { start, end }: Field): string {
  return bytes.at(start, end - start).toString('utf8')
}

/** Whole numbers of a repeated field, packed or one by one. */
export function integers(bytes: Bytes, field: Field): number[] {
  if (field.wire === 0) return [field.value]
  const packed = bytes.at(field.start, field.end - field.start)
  const list: number[] = []
  for (let at = 0; at < packed.length; ) {
    const length = varintLength(packed, at)
    if (length === 0) throw new ProtobufError('a number breaks off')
    list.push(varintValue(packed, at, length))
    at += length
  }
  return list
}

/** Floats of a repeated field, packed or one by one. */
export function floats(bytes: Bytes, { start, end }: Field): number[] {
  const data = bytes.at(start, end - start)
  return Array.from({ length: data.length >> 2 }, (_, i) => data.readFloatLE(4 * i))
}
