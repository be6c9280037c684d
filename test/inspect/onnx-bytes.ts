/** A protobuf field that holds bytes or a string. */
export function field(number: number, content: string | Buffer | Buffer[]): Buffer {
  const bytes = Array.isArray(content) ? Buffer.concat(content) : Buffer.from(content)
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes])
}

/** A protobuf field that holds a number. */
export function number(number: number, value: number): Buffer {
  return Buffer.concat([varint(number * 8), varint(value)])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return Buffer.from([...bytes, left])
    bytes.push((left % 128) | 128)
  }
}

/** A float tensor as an input or output. */
const port = (name: string, dims: number[]) => [
  field(1, name),
  field(
    2,
    field(1, [
      number(1, 1),
      field(
        2,
        dims.map((dim) => field(1, number(1, dim))),
      ),
    ]),
  ),
]

export const node = (op: string, input: string, output: string, ...more: Buffer[]) =>
  field(1, [field(1, input), field(2, output), field(4, op), ...more])

/** An ONNX file whose inputs and outputs are float tensors of shape [1, 4]. */
export function onnxBytes(nodes: Buffer[], inputs = ['x'], outputs = ['y'], more: Buffer[] = []): Buffer {
  const ports = [
    ...inputs.map((name) => field(11, port(name, [1, 4]))),
    ...outputs.map((name) => field(12, port(name, [1, 4]))),
  ]
  const graph = field(7, [...nodes, field(2, 'graph'), ...ports])
  return Buffer.concat([number(1, 8), graph, field(8, number(2, 13)), ...more])
}
