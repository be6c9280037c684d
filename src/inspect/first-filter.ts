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

/** Steps before the first convolution that leave the numbers as they are. */
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

/** What is known of photographs: the mean of red, green and blue, how far bytes lie from it, and how alike neighbours are. */
const PHOTO = { mean: [118, 113, 103], deviation: 64, neighbours: 0.95, colors: 0.93 }

/** How a filter answers to photographs. */
export interface Answers {
  /** How far its answers lie from one another, in what the network has learnt, or as they are. */
  spread: number
  /** How far their mean lies from what the network has learnt; 0 where it has learnt nothing. */
  shift: number
}

/**
 * How the filters answer to photographs whose bytes become byte × scale + offset. Networks learn filters whose answers
 * have a spread of about one.
 */
export function answersTo(
  { dims, weights, bias, learnt }: FirstFilter,
  scale: readonly number[],
  offset: readonly number[],
  order: 'RGB' | 'BGR',
): Answers {
  const [filters, channels, rows, columns] = dims
  const size = rows * columns
  const color = (channel: number) => (order === 'BGR' && channels === 3 ? 2 - channel : channel) % 3
  const alike = likeness(channels, rows, columns)
  const spreads: number[] = []
  const shifts: number[] = []
  for (let filter = 0; filter < filters; filter++) {
    const own = weights.subarray(filter * channels * size, (filter + 1) * channels * size)
    const scaled = own.map((weight, i) => weight * at(scale, Math.floor(i / size)) * PHOTO.deviation)
    let variance = 0
    for (let i = 0; i < scaled.length; i++)
      for (let j = 0; j < scaled.length; j++)
        variance += (scaled[i] as number) * (scaled[j] as number) * (alike[i * scaled.length + j] as number)
    let mean = bias?.[filter] ?? 0
    own.forEach((weight, i) => {
      const channel = Math.floor(i / size)
      mean += weight * ((PHOTO.mean[color(channel)] as number) * at(scale, channel) + at(offset, channel))
    })
    const known = learnt ? Math.sqrt((learnt.variance[filter] as number) + 1e-5) : 1
    const spread = Math.sqrt(Math.max(0, variance)) / known
    // Filters that have died answer nothing to anything.
    if (own.every((weight) => Math.abs(weight) < 1e-6)) continue
    spreads.push(spread)
    shifts.push(learnt ? Math.abs(mean - (learnt.mean[filter] as number)) / known : 0)
  }
  return { spread: median(spreads), shift: median(shifts) }
}

const at = (list: readonly number[], i: number) => list[i % list.length] as number

/** How alike two places of a patch are in photographs. */
function likeness(channels: number, rows: number, columns: number): Float32Array {
  const size = rows * columns
  const length = channels * size
  const alike = new Float32Array(length * length)
  for (let i = 0; i < length; i++)
    for (let j = 0; j < length; j++) {
      const [p, q] = [i % size, j % size]
      const across = (p % columns) - (q % columns)
      const down = Math.floor(p / columns) - Math.floor(q / columns)
      const isSameColor = Math.floor(i / size) === Math.floor(j / size)
      alike[i * length + j] = PHOTO.neighbours ** Math.hypot(across, down) * (isSameColor ? 1 : PHOTO.colors)
    }
  return alike
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
