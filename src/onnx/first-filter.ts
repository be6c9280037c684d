import type { FirstFilter, OnnxFile, OnnxNode } from './contents'

/** Steps before the first convolution that don't change the values. */
const HARMLESS: ReadonlySet<string> = new Set(['Transpose', 'Pad', 'Identity', 'Cast', 'Reshape', 'Unsqueeze'])

/**
 * Reads the first convolution after an input. Null if another step comes first, or its responses are
 * normalised anyway.
 */
export function firstFilter(
  { nodes, constants }: Pick<OnnxFile, 'nodes' | 'constants'>,
  input: string,
  numbers: (tensor: string) => Float32Array | null,
): FirstFilter | null {
  const usersOf = (tensor: string): OnnxNode[] => nodes.filter(({ inputs }) => inputs.includes(tensor))
  let tensor = input
  for (let depth = 0; depth < 10; depth++) {
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
        learnt: learntOf(mean, variance) ?? writtenOut(user, dims[0] as number, usersOf, numbers),
      }
    }
    if (!HARMLESS.has(user.op)) return null
    tensor = user.outputs[0] ?? ''
  }
  return null
}

/** The learned statistics of each channel. Null if they still have their initial values. */
export function learntOf(
  mean: Float32Array | null | undefined,
  variance: Float32Array | null | undefined,
): FirstFilter['learnt'] {
  if (!mean || !variance) return null
  const areSame = (numbers: Float32Array) => numbers.every((number) => number === numbers[0])
  return mean.length > 1 && areSame(mean) && areSame(variance) ? null : { mean, variance }
}

/**
 * The same statistics as separate steps: the mean is subtracted from the filters' responses, which are then
 * multiplied or divided.
 */
function writtenOut(
  convolution: OnnxNode,
  filters: number,
  usersOf: (tensor: string) => OnnxNode[],
  numbers: (tensor: string) => Float32Array | null,
): FirstFilter['learnt'] {
  let mean: Float32Array | null = null
  let [node] = usersOf(convolution.outputs[0] ?? '')
  for (let depth = 0; depth < 6 && node; depth++) {
    const own = node.inputs[1] === undefined ? null : numbers(node.inputs[1])
    const ofFilters = own?.length === filters ? own : null
    if (node.op === 'Sub' && ofFilters && !mean) mean = ofFilters
    else if (mean && ofFilters && (node.op === 'Mul' || node.op === 'Div')) {
      const isDivided = node.op === 'Div'
      return learntOf(
        mean,
        ofFilters.map((factor) => (isDivided ? factor : 1 / factor) ** 2),
      )
    } else if (!HARMLESS.has(node.op) && !(node.op === 'Add' && ofFilters?.every((bias) => Math.abs(bias) < 1e-6)))
      return null
    ;[node] = usersOf(node.outputs[0] ?? '')
  }
  return null
}
