import { block, type NewNode, node, word } from './write'

export type AddedNode = NewNode

/**
 * The bytes that, put behind those of an ONNX file, add steps and outputs to its graph: a message that is found twice in a
 * protobuf file is one message with the fields of both. ONNX Runtime finds out the types of the outputs by itself.
 */
export function graphTail({ nodes = [], outputs = [] }: { nodes?: AddedNode[]; outputs?: string[] }): Buffer {
  return block(
    7,
    Buffer.concat([...nodes.map((each) => block(1, node(each))), ...outputs.map((name) => block(12, word(1, name)))]),
  )
}
