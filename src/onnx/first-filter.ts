import type { OnnxFile, OnnxNode } from './onnx-file'

/** The first convolution behind an input, and what the network has learnt of its answers. */
export interface FirstFilter {
  /** Filters × channels × rows × columns. */
  dims: [number, number, number, number]
  weights: Float32Array
  bias: Float32Array | null
  /** Mean and variance of each filter's answer to the pictures that the network was trained with, where it keeps them. */
  learnt: { mean: Float32Array; variance: Float32Array } | null
}

/** Steps before the first convolution that don't change the numbers. */
const HARMLESS: ReadonlySet<string> = new Set(['Transpose', 'Pad', 'Identity', 'Cast', 'Reshape', 'Unsqueeze'])

/** Reads the first convolution behind an input; null where another step comes before, or its answers are made even anyway. */
export function firstFilter(
  { nodes, constants }: Pick<OnnxFile, 'nodes' | 'constants'>,
  input: string,
  numbers: (tensor: string) => Float32Array | null,
): FirstFilter | null {
  const usersOf = (tensor: string): OnnxNode[] => nodes.filter(({ inputs }) => inputs.includes(tensor))
  let tensor = input
  for (let depth = 0; depth < 5; depth++) {
    const [user] = usersOf(tensor)
    if (!user) return null
    if (user.op === 'Conv') {
      const [, kernel = '', bias = ''] = user.inputs
      const dims = constants.get(kernel)?.dims
      const next = usersOf(user.outputs[0] ?? '')
      if (dims?.length !== 4 || next.some(({ op }) => op === 'InstanceNormalization')) return null
      const weights = numbers(kernel)
      if (!weights) return null
      const norm = next.find(({ op }) => op === 'BatchNormalization')
      const [mean, variance] = norm ? norm.inputs.slice(3, 5).map(numbers) : []
      return {
        dims: dims as FirstFilter['dims'],
        weights,
        bias: bias ? numbers(bias) : null,
        learnt: mean && variance ? { mean, variance } : null,
      }
    }
    if (!HARMLESS.has(user.op)) return null
    tensor = user.outputs[0] ?? ''
  }
  return null
}
