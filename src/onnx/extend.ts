/** A step to add to a graph. Attributes are non-negative integers, or lists of them. */
export interface AddedNode {
  op: string
  inputs: string[]
  outputs: string[]
  attributes?: Record<string, number | number[]>
}

/** A constant tensor of a graph. */
export interface Tensor {
  name: string
  dims: number[]
  data: Float32Array | BigInt64Array
}

/**
 * An input or output with its name and shape; a name in the shape means a free dimension. Its numbers are
 * 32-bit floats unless stated otherwise.
 */
export interface TypedValue {
  name: string
  dims: (number | string)[]
  isWhole?: boolean
}

/**
 * The bytes that, appended to an ONNX file, add steps, numbers and outputs to its graph: if a message occurs
 * twice in a protobuf file, the fields of both are merged. ONNX Runtime infers the types of outputs that are
 * only named.
 */
export function graphTail({
  nodes = [],
  tensors = [],
  outputs = [],
}: {
  nodes?: AddedNode[]
  tensors?: Tensor[]
  outputs?: (string | TypedValue)[]
}): Buffer {
  return message(7, [
    ...nodes.map(({ op, inputs, outputs: made, attributes = {} }) =>
      message(1, [
        ...inputs.map((name) => word(1, name)),
        ...made.map((name) => word(2, name)),
        word(4, op),
        ...Object.entries(attributes).map(([name, value]) => message(5, attribute(name, value))),
      ]),
    ),
    ...tensors.map((tensor) => message(5, tensorParts(tensor))),
    ...outputs.map((output) => message(12, typeof output === 'string' ? [word(1, output)] : valueParts(output))),
  ])
}

/** The bytes of an ONNX file whose graph has nothing but an input. */
export function modelHead(input: TypedValue): Buffer {
  const graph = [word(2, 'graph'), message(11, valueParts(input))]
  return Buffer.concat([number(1, IR_VERSION), message(8, [number(2, OPSET)]), message(7, graph)])
}

/** The bytes that, appended to an ONNX file, add metadata. */
export function modelTail(metadata: Record<string, string>): Buffer {
  return Buffer.concat(Object.entries(metadata).map(([key, value]) => message(14, [word(1, key), word(2, value)])))
}

/** The same as in the bundled files. */
const OPSET = 17
const IR_VERSION = 8
const [FLOAT, INT64] = [1, 7]

function valueParts({ name, dims, isWhole }: TypedValue): Buffer[] {
  const shape = dims.map((dim) => message(1, [typeof dim === 'number' ? number(1, dim) : word(2, dim)]))
  const tensor = message(1, [number(1, isWhole ? INT64 : FLOAT), message(2, shape)])
  return [word(1, name), message(2, [tensor])]
}

function attribute(name: string, value: number | number[]): Buffer[] {
  const [INT, INTS] = [2, 7]
  if (typeof value === 'number') return [word(1, name), number(3, value), number(20, INT)]
  return [word(1, name), ...value.map((one) => number(8, one)), number(20, INTS)]
}

function tensorParts({ name, dims, data }: Tensor): Buffer[] {
  const kind = data instanceof Float32Array ? FLOAT : INT64
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  return [...dims.map((dim) => number(1, dim)), number(2, kind), word(8, name), block(9, bytes)]
}

const number = (field: number, value: number) => Buffer.concat([varint(field * 8), varint(value)])

const word = (field: number, text: string) => block(field, Buffer.from(text))

const message = (field: number, parts: Buffer[]) => block(field, Buffer.concat(parts))

function block(field: number, content: Buffer): Buffer {
  return Buffer.concat([varint(field * 8 + 2), varint(content.length), content])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128)
  return Buffer.from([...bytes, rest])
}
