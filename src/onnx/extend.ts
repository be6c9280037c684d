/** A step to add to a graph. Attributes are whole numbers. */
export interface AddedNode {
  op: string
  inputs: string[]
  outputs: string[]
}

/**
 * The bytes that, put behind those of an ONNX file, add steps and outputs to its graph: a message that is found twice in a
 * protobuf file is one message with the fields of both. ONNX Runtime finds out the types of the outputs by itself.
 */
export function graphTail({ nodes = [], outputs = [] }: { nodes?: AddedNode[]; outputs?: string[] }): Buffer {
  const graph = [
    ...nodes.map(({ op, inputs, outputs: made }) =>
      message(1, [...inputs.map((name) => word(1, name)), ...made.map((name) => word(2, name)), word(4, op)]),
    ),
    ...outputs.map((name) => message(12, [word(1, name)])),
  ]
  return message(7, graph)
}

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
