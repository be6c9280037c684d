import { basisOf } from './basis'
import { classNearness, type Near, nearests, nearOf } from './heads/nearest'
import { ridges } from './heads/ridge'
import type { ClassLesson, Head, LearnedClasses } from './lesson'
import { calibrated, shares } from './likelihood'
import { limitOf } from './limit'
import { type Matrix, matrix, products, row } from './matrix'
import { examplesOf, few, picked } from './rows'
import { scaled, scalingOf, scalingsFor } from './scaling'

/** A classifier, and its results on examples that were left out. */
interface Candidate {
  head: () => Head
  left: Matrix
  /** The indexes of the examples in `left`. */
  rows: readonly number[]
}

/** The sharpness to assume if there are no left-out results to calibrate it with. */
const UNPROVED = 3

/**
 * Learns a classifier. It tries a linear head with several regularisation strengths, and nearest-neighbour
 * heads with several reaches, and keeps the one with the best leave-one-out results.
 *
 * @param lesson with at least two classes, each with an example
 */
export function learnClasses({ classes, classOf, ...lesson }: ClassLesson): LearnedClasses {
  const x = examplesOf(lesson)
  const counts = classes.map((_, c) => classOf.filter((own) => own === c).length)
  const present = counts.filter((count) => count > 0).length
  const isJudged = (i: number) => (counts[classOf[i] as number] as number) > 1
  const chosen = few(classOf)
  let best: (Omit<LearnedClasses, 'head'> & { loss: number; head: () => Head }) | null = null

  for (const kind of scalingsFor(x.columns)) {
    const scaling = scalingOf(x, kind)
    const all = scaled(x, scaling)
    const examples = picked(all, chosen)
    const kept = chosen.map((i) => classOf[i] as number)
    const between = nearOf(examples)
    const limit = limitOf(between.between, kept)
    for (const candidate of [...linear(all), ...near(between, kept)]) {
      const judged = candidate.rows.map((_, at) => at).filter((at) => isJudged(candidate.rows[at] as number))
      const own = candidate.rows.map((i) => classOf[i] as number)
      const { sharpness, loss } =
        judged.length > 0 ? calibrated(candidate.left, own, judged) : { sharpness: UNPROVED, loss: 0 }
      if (best && loss >= best.loss) continue
      const tried = judgedOf(candidate, sharpness, own, judged, classOf.length)
      best = { loss, head: candidate.head, scaling, examples, classes, classOf: kept, sharpness, tried, limit }
    }
  }
  const { loss: _, head, ...rest } = best as NonNullable<typeof best>
  return { ...rest, head: head() }

  function* linear(all: Matrix): Generator<Candidate> {
    const basis = basisOf(all)
    const z = basis ? products(all, basis) : all
    const weight = Float64Array.from(classOf, (own) => 1 / (present * (counts[own] as number)))
    const wanted = matrix(all.rows, classes.length)
    classOf.forEach((own, i) => {
      wanted.data[i * classes.length + own] = 1
    })
    const rows = classOf.map((_, i) => i)
    for (const { weights, bias, left } of ridges(z, wanted, weight)) {
      // A class without examples is never predicted.
      counts.forEach((count, c) => {
        if (count > 0) return
        bias[c] = -1
        for (const i of rows) left.data[i * classes.length + c] = -1
      })
      yield { left, rows, head: () => ({ kind: 'linear', weights: basis ? spread(weights, basis) : weights, bias }) }
    }
  }

  function* near(between: Near, kept: readonly number[]): Generator<Candidate> {
    for (const { reach, left } of nearests(between, classes.length, classNearness(kept, classes.length)))
      yield { left, rows: chosen, head: () => ({ kind: 'nearest', reach }) }
  }
}

/** Converts weights in the reduced space to weights for the original features. */
export function spread(weights: Matrix, basis: Matrix): Matrix {
  const result = matrix(weights.rows, basis.columns)
  for (let k = 0; k < weights.rows; k++) {
    const to = row(result, k)
    for (let j = 0; j < basis.rows; j++) {
      const share = weights.data[k * weights.columns + j] as number
      const line = row(basis, j)
      for (let i = 0; i < to.length; i++) (to[i] as number) += share * (line[i] as number)
    }
  }
  return result
}

function judgedOf(
  { left, rows }: Candidate,
  sharpness: number,
  own: readonly number[],
  judged: readonly number[],
  count: number,
): LearnedClasses['tried'] {
  const tried: LearnedClasses['tried'][number][] = Array.from({ length: count }, () => null)
  for (const at of judged) {
    const found = shares(row(left, at), sharpness)
    const said = found.indexOf(Math.max(...found))
    tried[rows[at] as number] = { said, likely: found[own[at] as number] as number }
  }
  return tried
}
