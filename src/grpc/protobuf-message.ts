import { type Bytes, bytesOf } from '../onnx/bytes'
import { type Field, fields, floats, integers, ProtobufError, text } from '../onnx/protobuf'
import { block, number, word } from '../onnx/write'

/** The type of a message's field. `int` covers all whole numbers. */
type Kind = 'string' | 'bytes' | 'bool' | 'int' | 'float' | 'double' | Message

/** A message of a `.proto` file: its fields by name. */
export interface Message {
  readonly [name: string]: readonly [number: number, kind: Kind, many?: 'list' | 'map']
}

export type Values = Record<string, unknown>

/** Encodes a message in protobuf. Undefined fields are left out. */
export function encode(message: Message, values: Values): Buffer {
  const parts: Buffer[] = []
  for (const [name, [at, kind, many]] of Object.entries(message)) {
    const value = values[name]
    if (value === undefined) continue
    if (many === 'list') for (const one of value as unknown[]) parts.push(encoded(at, kind, one))
    else if (many === 'map')
      for (const [key, one] of Object.entries(value as Values))
        parts.push(block(at, Buffer.concat([word(1, key), encoded(2, kind, one)])))
    else parts.push(encoded(at, kind, value))
  }
  return Buffer.concat(parts)
}

function encoded(at: number, kind: Kind, value: unknown): Buffer {
  if (typeof kind === 'object') return block(at, encode(kind, value as Values))
  switch (kind) {
    case 'string':
      return word(at, String(value))
    case 'bytes': {
      const { buffer, byteOffset, byteLength } = value as Uint8Array
      return block(at, Buffer.from(buffer, byteOffset, byteLength))
    }
    case 'bool':
      return number(at, Number(value))
    case 'int':
      return number(at, value as number)
    case 'float':
    case 'double': {
      const bytes = Buffer.alloc(kind === 'float' ? 4 : 8)
      if (kind === 'float') bytes.writeFloatLE(value as number)
      else bytes.writeDoubleLE(value as number)
      return Buffer.concat([key(at, kind === 'float' ? 5 : 1), bytes])
    }
  }
}

/** A field's tag: its number, and how it is encoded. */
function key(at: number, wire: number): Buffer {
  const bytes = number(at, 0).subarray(0, -1)
  bytes[0] = ((bytes[0] as number) & ~7) | wire
  return bytes
}

/** Approximate time for reading parts of a message, in ns. */
const COSTS = { field: 4000, number: 150 }

/** Maximum time for reading a stranger's message, in ns. Longer would hold up everything else. */
export const STRANGERS_PARTS = 60e6

/**
 * Decodes a message. Lists and maps exist even if they are empty; other missing fields are undefined.
 * @param most the time allowed for reading its parts, in ns
 * @throws ProtobufError
 */
export function decode(message: Message, buffer: Buffer, most = Number.POSITIVE_INFINITY): Values {
  let left = most
  const spend = (cost: number) => {
    left -= cost
    if (left < 0)
      throw new ProtobufError(
        'the message has too many parts to be read at once, such as 15000 texts or 400000 numbers: send less at a time, or numbers as raw_input_contents',
      )
  }
  return read(message, bytesOf(buffer), { start: 0, end: buffer.length }, spend)
}

type Spend = (cost: number) => void

function read(message: Message, bytes: Bytes, { start, end }: Pick<Field, 'start' | 'end'>, spend: Spend): Values {
  const known = new Map(Object.entries(message).map(([name, field]) => [field[0], [name, ...field] as const]))
  const values: Values = {}
  for (const [name, [, , many]] of Object.entries(message))
    if (many) values[name] = many === 'list' ? [] : Object.create(null)
  for (const field of fields(bytes, start, end)) {
    spend(COSTS.field)
    const [name, , kind, many] = known.get(field.number) ?? []
    if (name === undefined || kind === undefined) continue
    if (many === 'map') {
      const entry = read({ key: [1, 'string'], value: [2, kind] }, bytes, field, spend)
      ;(values[name] as Values)[String(entry.key ?? '')] = entry.value
    } else if (many === 'list') {
      const list = values[name] as unknown[]
      for (const value of readAll(kind, bytes, field, spend)) list.push(value)
    } else values[name] = readAll(kind, bytes, field, spend).at(-1)
  }
  return values
}

/** The values of a field: one, or several packed numbers. */
function readAll(kind: Kind, bytes: Bytes, field: Field, spend: Spend): unknown[] {
  const { start, end, wire } = field
  const mustBe = (wires: number[]) => {
    if (!wires.includes(wire)) throw new ProtobufError('a field has the wrong type')
  }
  if (typeof kind === 'object') {
    mustBe([2])
    return [read(kind, bytes, field, spend)]
  }
  switch (kind) {
    case 'string':
      mustBe([2])
      return [text(bytes, field)]
    case 'bytes':
      mustBe([2])
      return [bytes.at(start, end - start)]
    case 'bool':
    case 'int': {
      mustBe([0, 2])
      spend(COSTS.number * (end - start))
      const list = integers(bytes, field)
      if (kind === 'bool') return list.map(Boolean)
      if (!list.every(Number.isSafeInteger)) throw new ProtobufError('a whole number is too large')
      return list
    }
    case 'float':
      mustBe([5, 2])
      spend((COSTS.number * (end - start)) / 4)
      return floats(bytes, field)
    case 'double': {
      mustBe([1, 2])
      spend((COSTS.number * (end - start)) / 8)
      const data = bytes.at(start, end - start)
      return Array.from({ length: data.length >> 3 }, (_, i) => data.readDoubleLE(8 * i))
    }
  }
}
