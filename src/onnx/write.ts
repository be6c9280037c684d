/** Writes parts of ONNX files: fields of protobuf messages, and messages made of them. */

/** ONNX's ids for tensor types (TensorProto.DataType). */
export const ELEMENT = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
} as const

export type Element = keyof typeof ELEMENT

/** A whole number, a list of them, a float (marked, because 1 could be either), or a tensor. */
export type Attribute = number | number[] | { float: number } | { tensor: Buffer }

/** A step of a graph. */
export interface NewNode {
  op: string
  inputs: string[]
  outputs: string[]
  attributes?: Record<string, Attribute>
}

export function node({ op, inputs, outputs, attributes = {} }: NewNode): Buffer {
  return Buffer.concat([
    ...inputs.map((name) => word(1, name)),
    ...outputs.map((name) => word(2, name)),
    word(4, op),
    ...Object.entries(attributes).map(([name, value]) => block(5, attribute(name, value))),
  ])
}

function attribute(name: string, value: Attribute): Buffer {
  const [type, content] =
    typeof value === 'number'
      ? [2, number(3, value)]
      : Array.isArray(value)
        ? [7, block(8, Buffer.concat(value.map(varint)))]
        : 'float' in value
          ? [1, Buffer.concat([varint(2 * 8 + 5), floats([value.float])])]
          : [4, block(5, value.tensor)]
  return Buffer.concat([word(1, name), content, number(20, type)])
}

/** A tensor of floats or of whole numbers. */
export function tensor(type: 'float32' | 'int64', dims: number[], values: number[]): Buffer {
  const raw = type === 'float32' ? floats(values) : Buffer.from(BigInt64Array.from(values, BigInt).buffer)
  return Buffer.concat([...dims.map((size) => number(1, size)), number(2, ELEMENT[type]), block(9, raw)])
}

/** An input or output. A dimension without a number or name is free. Outputs need no shape. */
export function port(name: string, type: Element, shape?: readonly (number | string)[]): Buffer {
  const dims = shape?.map((size) =>
    block(1, typeof size === 'number' ? number(1, size) : size === '' ? Buffer.alloc(0) : word(2, size)),
  )
  const described = Buffer.concat([number(1, ELEMENT[type]), ...(dims ? [block(2, Buffer.concat(dims))] : [])])
  return Buffer.concat([word(1, name), block(2, block(1, described))])
}

export const word = (field: number, text: string): Buffer => block(field, Buffer.from(text))

/** A field whose content has a length: text, a message or a packed list. */
export function block(field: number, content: Buffer): Buffer {
  return Buffer.concat([blockStart(field, content.length), content])
}

/** The header of such content. */
export function blockStart(field: number, length: number): Buffer {
  return Buffer.concat([varint(field * 8 + 2), varint(length)])
}

export const number = (field: number, value: number): Buffer => Buffer.concat([varint(field * 8), varint(value)])

/** @param value a whole number; negative ones are written as 64 bits */
function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  return Buffer.from([...bytes, Number(rest)])
}

function floats(values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length)
  for (const [i, value] of values.entries()) bytes.writeFloatLE(value, 4 * i)
  return bytes
}
