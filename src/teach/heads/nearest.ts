import { distances, type Matrix, matrix, row } from '../matrix'

/** An example's reach, as multiples of the usual square distance to the nearest other one. */
const REACHES = [0.15, 0.5, 2]
/** Keeps logarithms finite. */
export const FLOOR = 1e-9
/** Anything further away counts less than that. */
const FAR = 30

export interface Nearest {
  /** Square distance over which an example counts e times less. */
  reach: number
  /** Example × output: the answer for each, if it hadn't been shown. */
  left: Matrix
}

/** Square distances of the examples to each other, and the usual one to the nearest. */
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

/** @param combine turns the nearness of each example into a result: 0 to 1, the nearest 1; −1: don't count it */
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

/** How near each example is, the nearest 1. @param except is left out: −1 */
export function nearness(distances: Float64Array, reach: number, to: Float64Array, except = -1): void {
  let least = Number.POSITIVE_INFINITY
  for (let j = 0; j < distances.length; j++) if (j !== except) least = Math.min(least, distances[j] as number)
  for (let j = 0; j < distances.length; j++) {
    const further = ((distances[j] as number) - least) / reach
    to[j] = further > FAR ? 0 : Math.exp(-further)
  }
  if (except >= 0) to[except] = -1
}

/** For each class, the logarithm of how near its examples are on average. */
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

/** The mean of the examples' targets, by how near they are. */
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
