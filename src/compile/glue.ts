import { ELEMENT, type Element, type NewNode, tensor } from '../onnx/write'

/** The steps that connect networks. Each method returns the name of its result. */
export interface Glue {
  nodes: NewNode[]
  add(op: string, inputs: string[], attributes?: NewNode['attributes']): string
  constant(dims: number[], values: number[], type?: 'float32' | 'int64'): string
  cast(name: string, element: Element): string
  reshape(name: string, shape: number[]): string
  transpose(name: string, perm: number[]): string
  /** Rounds floats and clamps them to 0..255. */
  shades(name: string): string
  /** The same as bytes. */
  bytes(name: string): string
  /** The same value under the requested name. */
  name(name: string, as: string): void
}

/** Uses only operators that every version of ONNX from 8 on has. */
export function createGlue(): Glue {
  const nodes: NewNode[] = []
  let count = 0
  const glue: Glue = {
    nodes,
    add(op, inputs, attributes = {}) {
      const output = `glue/${count++}`
      nodes.push({ op, inputs, outputs: [output], attributes })
      return output
    },
    constant: (dims, values, type = 'float32') =>
      glue.add('Constant', [], { value: { tensor: tensor(type, dims, values) } }),
    cast: (name, element) => glue.add('Cast', [name], { to: ELEMENT[element] }),
    reshape: (name, shape) => glue.add('Reshape', [name, glue.constant([shape.length], shape, 'int64')]),
    transpose: (name, perm) => glue.add('Transpose', [name], { perm }),
    shades(name) {
      const rounded = glue.add('Floor', [glue.add('Add', [name, glue.constant([], [0.5])])])
      const atLeast = glue.add('Max', [rounded, glue.constant([], [0])])
      return glue.add('Min', [atLeast, glue.constant([], [255])])
    },
    bytes: (name) => glue.cast(glue.shades(name), 'uint8'),
    name: (name, as) => void nodes.push({ op: 'Identity', inputs: [name], outputs: [as] }),
  }
  return glue
}
