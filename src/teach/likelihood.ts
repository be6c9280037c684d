import { type Matrix, row } from './matrix'

/** Softmax: probabilities that sum to 1. */
export function shares(values: ArrayLike<number>, sharpness: number): Float64Array {
  const scaled = Float64Array.from(values, (value) => value * sharpness)
  const largest = Math.max(...scaled)
  let sum = 0
  for (let i = 0; i < scaled.length; i++) {
    scaled[i] = Math.exp((scaled[i] as number) - largest)
    sum += scaled[i] as number
  }
  for (let i = 0; i < scaled.length; i++) (scaled[i] as number) /= sum
  return scaled
}

const SHARPEST = 200

/**
 * Finds the sharpness (inverse temperature) for which the probabilities of left-out examples are calibrated.
 * A few correct classifications don't prove certainty, so more doubt is kept the fewer there are.
 *
 * @param judged the rows of `left` to use
 * @returns the sharpness, and the resulting mean cross entropy
 */
export function calibrated(
  left: Matrix,
  classOf: readonly number[],
  judged: readonly number[],
): { sharpness: number; loss: number } {
  const doubt = 1 / (judged.length + 2)
  const { columns } = left
  const others = columns > 1 ? doubt / (columns - 1) : 0
  // For each example: how far its own class is below the best one, and how far all other classes together
  // are.
  const lines = judged.map((i) => {
    const values = row(left, i)
    const best = Math.max(...values)
    const own = best - (values[classOf[i] as number] as number)
    let all = 0
    for (let c = 0; c < columns; c++) all += best - (values[c] as number)
    return { below: values.map((value) => best - value), wanted: (1 - doubt) * own + others * (all - own) }
  })
  /** The cross entropy between targets and probabilities. */
  const loss = (sharpness: number): number => {
    let sum = 0
    for (const { below, wanted } of lines) {
      let total = 0
      for (let c = 0; c < columns; c++) total += Math.exp(-sharpness * (below[c] as number))
      sum += sharpness * wanted + Math.log(total)
    }
    return sum / lines.length
  }
  // Golden-section search on a logarithmic scale.
  const ratio = (Math.sqrt(5) - 1) / 2
  let [low, high] = [Math.log(0.05), Math.log(SHARPEST)]
  let [a, b] = [high - ratio * (high - low), low + ratio * (high - low)]
  let [atA, atB] = [loss(Math.exp(a)), loss(Math.exp(b))]
  for (let step = 0; step < 11; step++) {
    if (atA < atB) {
      ;[high, b, atB] = [b, a, atA]
      a = high - ratio * (high - low)
      atA = loss(Math.exp(a))
    } else {
      ;[low, a, atA] = [a, b, atB]
      b = low + ratio * (high - low)
      atB = loss(Math.exp(b))
    }
  }
  const sharpness = Math.exp((low + high) / 2)
  return { sharpness, loss: loss(sharpness) }
}
