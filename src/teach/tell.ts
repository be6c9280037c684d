import { classNearness, nearness, targetNearness } from './heads/nearest'
import type { LearnedClasses, LearnedNumbers } from './lesson'
import { shares } from './likelihood'
import { distance, dot, row } from './matrix'
import type { Scaling } from './scaling'

/** The result of classifying a thing. */
export interface Told {
  /** Most likely first. The scores sum to 1. */
  ranked: { category: string; score: number }[]
  /**
   * The square distance to the nearest example, relative to the limit: more than 1 means none of the classes.
   */
  strangeness: number
}

/** @param features as many numbers as each example has */
export function tellClass(learned: LearnedClasses, features: ArrayLike<number>): Told {
  const { head, classes, classOf, sharpness, limit } = learned
  const x = place(features, learned.scaling)
  const far = distancesTo(learned, x)
  const values = new Float64Array(classes.length)
  if (head.kind === 'linear') {
    for (let c = 0; c < values.length; c++) values[c] = dot(row(head.weights, c), x) + (head.bias[c] as number)
  } else {
    const near = new Float64Array(far.length)
    nearness(far, head.reach, near)
    classNearness(classOf, classes.length)(near, values)
  }
  const ranked = [...shares(values, sharpness)]
    .map((score, c) => ({ category: classes[c] as string, score }))
    .sort((a, b) => b.score - a.score)
  return { ranked, strangeness: least(far) / limit }
}

/** Clips numbers to the range of the targets. */
export function tellNumbers(learned: LearnedNumbers, features: ArrayLike<number>): number[] {
  const { head, bounds, targets } = learned
  const x = place(features, learned.scaling)
  const values = new Float64Array(bounds.length)
  if (head.kind === 'linear') {
    for (let k = 0; k < values.length; k++) values[k] = dot(row(head.weights, k), x) + (head.bias[k] as number)
  } else {
    const far = distancesTo(learned, x)
    const near = new Float64Array(far.length)
    nearness(far, head.reach, near)
    targetNearness(targets)(near, values)
  }
  return bounds.map(([min, max], k) => Math.min(max, Math.max(min, values[k] as number)))
}

function place(features: ArrayLike<number>, { center, scale }: Scaling): Float64Array {
  return Float64Array.from(features, (value, i) => (value - (center[i] as number)) * (scale[i] as number))
}

function distancesTo({ examples }: Pick<LearnedClasses, 'examples'>, x: Float64Array): Float64Array {
  return Float64Array.from({ length: examples.rows }, (_, i) => distance(row(examples, i), x))
}

function least(far: Float64Array): number {
  let found = Number.POSITIVE_INFINITY
  for (const one of far) found = Math.min(found, one)
  return found
}
