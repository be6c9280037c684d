import type { Bytes } from './bytes'

/** One field of a protobuf message: a number, or the place of its bytes. */
export interface Field {
  number: number
  /** Of numbers (also floats, by their bits: see `float`). */
  value: number
  /** Where strings, messages and packed lists begin and end. Equal for numbers. */
  start: number
  end: number
  wire: number
}

/** A message breaks off or is none. */
export class ProtobufError extends Error {
  constructor(
    message: string,
    /** How long the file would must be; undefined where it is wrong in another way. */
    readonly needed?: number,
  ) {
    super(message)
  }
}

/** The fields of the message between two places, in order; contents are not read. @throws ProtobufError */
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

function varint(bytes: Bytes, at: number, end: number): { value: number; next: number } {
  const window = bytes.at(at, Math.min(10, end - at))
  let value = 0n
  for (let i = 0; i < window.length; i++) {
    const byte = window[i] as number
    value |= BigInt(byte & 0x7f) << BigInt(7 * i)
    if (byte < 0x80) return { value: Number(BigInt.asIntN(64, value)), next: at + i + 1 }
  }
  throw new ProtobufError('a number breaks off', window.length < 10 ? at + window.length + 1 : undefined)
}

/** A text field. */
export function text(bytes: Bytes, { start, end }: Field): string {
  return bytes.at(start, end - start).toString('utf8')
}

/** Whole numbers of a repeated field, packed or one by one. */
export function integers(bytes: Bytes, field: Field): number[] {
  if (field.wire === 0) return [field.value]
  const list: number[] = []
  for (let at = field.start; at < field.end; ) {
    const { value, next } = varint(bytes, at, field.end)
    list.push(value)
    at = next
  }
  return list
}

/** Floats of a repeated field, packed or one by one. */
export function floats(bytes: Bytes, { start, end }: Field): number[] {
  const data = bytes.at(start, end - start)
  return Array.from({ length: data.length >> 2 }, (_, i) => data.readFloatLE(4 * i))
}
