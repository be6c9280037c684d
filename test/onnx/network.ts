import { writeFileSync } from 'node:fs'
import { block, type Element, type NewNode, node, port, word } from '../../src/onnx/write'

export interface Tensor {
  name: string
  type: Element
  shape: readonly (number | string)[]
}

/** Writes a small network from explicit parts, for files of any version and kind. */
export function writeNetwork(
  path: string,
  { opset, nodes, inputs, outputs }: { opset: number; nodes: NewNode[]; inputs: Tensor[]; outputs: Tensor[] },
): void {
  const graph = [
    ...nodes.map((each) => block(1, node(each))),
    word(2, 'made'),
    ...inputs.map(({ name, type, shape }) => block(11, port(name, type, shape))),
    ...outputs.map(({ name, type, shape }) => block(12, port(name, type, shape))),
  ]
  const version = Buffer.from([8, opset < 9 ? 3 : 7])
  writeFileSync(path, Buffer.concat([version, block(7, Buffer.concat(graph)), block(8, Buffer.from([16, opset]))]))
}
