import type { AddedNode, Tensor } from '../onnx/extend'

/** The nodes and constants of an ONNX graph under construction. */
export interface Graph {
  readonly nodes: AddedNode[]
  readonly tensors: Tensor[]
  /** Adds a constant. @returns its name */
  values(data: ArrayLike<number>, dims: number[]): string
  /** Adds a list of integers. */
  whole(numbers: number[]): string
  /** Adds a node. @returns the name of its output */
  step(op: string, inputs: string[], options?: { attributes?: AddedNode['attributes']; output?: string }): string
}

/** @param prefix for all generated names, which must differ between graphs that are joined */
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
