import type { FirstFilter } from '../onnx/contents'

/**
 * Statistics of photographs: the mean of red, green and blue, the standard deviation of bytes, and the
 * correlation between neighbouring pixels and between colours.
 */
const PHOTO = { mean: [118, 113, 103], deviation: 64, neighbours: 0.95, colors: 0.93 }

/** How a filter responds to photographs. */
export interface Answers {
  /** The spread of the responses, relative to what the network has learnt if it has, otherwise absolute. */
  spread: number
  /** The distance of the responses' mean from what the network has learnt; 0 if it has learnt nothing. */
  shift: number
}

/**
 * How the filters respond to photographs whose bytes become byte × scale + offset. Networks learn filters whose
 * responses have a spread of about one.
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
    // Dead filters don't respond to anything.
    if (own.every((weight) => Math.abs(weight) < 1e-6)) continue
    spreads.push(spread)
    shifts.push(learnt ? Math.abs(mean - (learnt.mean[filter] as number)) / known : 0)
  }
  return { spread: median(spreads), shift: median(shifts) }
}

const at = (list: readonly number[], i: number) => list[i % list.length] as number

/** The correlation of two places of a patch in photographs. */
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
