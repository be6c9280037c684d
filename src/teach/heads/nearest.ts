import { distances, type Matrix, matrix, row } from '../matrix'

/** The reach of an example, as multiples of the usual square distance to the nearest neighbour. */
const REACHES = [0.15, 0.5, 2]
/** Keeps logarithms finite. */
export const FLOOR = 1e-9
/** At this many reaches beyond the nearest example, an example's weight becomes 0. */
const FAR = 30

export interface Nearest {
  /** The square distance at which an example's weight falls by the factor e. */
  reach: number
  /** Example × output: the prediction for each example with that example left out. */
  left: Matrix
}

/** The square distances between all examples, and the usual one to the nearest neighbour. */
export interface Near {
  between: Matrix
  usual: number
}

export function nearOf(x: Matrix): Near {
  const between = distances(x)
  const nearest = Float64Array.from({ length: x.rows }, (_, i) => {
    let least = Number.POSITIVE_INFINITY
    const line = row(between, i)
    for (let j = 0; j < x.rows; j++) if (j !== i) least = Math.min(least, line[j] as number)
    return least
  })
  const sorted = [...nearest].filter(Number.isFinite).sort((a, b) => a - b)
  return { between, usual: Math.max(1e-9, sorted[sorted.length >> 1] ?? 1) }
}

/**
 * @param combine computes the result from the weight of each example: 0 to 1, 1 for the nearest; −1 for an
 * example to ignore
 */
export function* nearests(
  { between, usual }: Near,
  outputs: number,
  combine: (near: Float64Array, to: Float64Array) => void,
): Generator<Nearest> {
  for (const share of REACHES) {
    const reach = share * usual
    const left = matrix(between.rows, outputs)
    const near = new Float64Array(between.rows)
    for (let i = 0; i < between.rows; i++) {
      nearness(row(between, i), reach, near, i)
      combine(near, row(left, i))
    }
    yield { reach, left }
  }
}

/**
 * The weight of each example; 1 for the nearest.
 * @param except the index of an example to leave out, whose weight becomes −1
 */
export function nearness(distances: Float64Array, reach: number, to: Float64Array, except = -1): void {
  let least = Number.POSITIVE_INFINITY
  for (let j = 0; j < distances.length; j++) if (j !== except) least = Math.min(least, distances[j] as number)
  for (let j = 0; j < distances.length; j++) {
    const further = ((distances[j] as number) - least) / reach
    to[j] = further > FAR ? 0 : Math.exp(-further)
  }
  if (except >= 0) to[except] = -1
}

/** For each class, the logarithm of the mean weight of its examples. */
export function classNearness(classOf: ArrayLike<number>, classes: number) {
  const counts = new Float64Array(classes)
  return (near: Float64Array, to: Float64Array): void => {
    to.fill(0)
    counts.fill(0)
    for (let j = 0; j < near.length; j++) {
      if ((near[j] as number) < 0) continue
      const at = classOf[j] as number
      to[at] = (to[at] as number) + (near[j] as number)
      counts[at] = (counts[at] as number) + 1
    }
    for (let c = 0; c < classes; c++) to[c] = Math.log((to[c] as number) / Math.max(1, counts[c] as number) + FLOOR)
  }
}

/** The mean of the examples' targets by weight. */
export function targetNearness(targets: Matrix) {
  return (near: Float64Array, to: Float64Array): void => {
    to.fill(0)
    let total = 0
    for (let j = 0; j < near.length; j++) {
      const share = near[j] as number
      if (share < 0) continue
      total += share
      for (let k = 0; k < targets.columns; k++) {
        to[k] = (to[k] as number) + share * (targets.data[j * targets.columns + k] as number)
      }
    }
    for (let k = 0; k < targets.columns; k++) (to[k] as number) /= total + FLOOR
  }
}
