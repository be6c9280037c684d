import type { AddedNode, Tensor } from '../onnx/extend'

/** Steps and numbers of an ONNX graph under construction. */
export interface Graph {
  readonly nodes: AddedNode[]
  readonly tensors: Tensor[]
  /** Numbers in the graph. @returns their name */
  values(data: ArrayLike<number>, dims: number[]): string
  /** A list of whole numbers. */
  whole(numbers: number[]): string
  /** @returns its output's name */
  step(op: string, inputs: string[], options?: { attributes?: AddedNode['attributes']; output?: string }): string
}

/** @param prefix of all generated names: those of joined graphs must differ */
export function createGraph(prefix: string): Graph {
  const nodes: AddedNode[] = []
  const tensors: Tensor[] = []
  let count = 0
  const name = () => `${prefix}_${++count}`
  const hold = (tensor: Omit<Tensor, 'name'>) => {
    const named = { name: name(), ...tensor }
    tensors.push(named)
    return named.name
  }
  return {
    nodes,
    tensors,
    values: (data, dims) => hold({ dims, data: Float32Array.from(data) }),
    whole: (numbers) => hold({ dims: [numbers.length], data: BigInt64Array.from(numbers.map(BigInt)) }),
    step(op, inputs, { attributes, output = name() } = {}) {
      nodes.push({ op, inputs, outputs: [output], ...(attributes && { attributes }) })
      return output
    },
  }
}
