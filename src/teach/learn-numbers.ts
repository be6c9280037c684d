import { basisOf } from './basis'
import { nearests, nearOf, targetNearness } from './heads/nearest'
import { ridges } from './heads/ridge'
import { spread } from './learn-classes'
import type { Head, LearnedNumbers, NumberLesson } from './lesson'
import { type Matrix, products } from './matrix'
import { examplesOf, few, picked } from './rows'
import { scaled, scalingOf, scalingsFor } from './scaling'

/**
 * Learns to predict numbers, with a linear or a nearest-neighbour head, whichever has the smaller
 * leave-one-out error.
 */
export function learnNumbers({ outputs, targets: given, ...lesson }: NumberLesson): LearnedNumbers {
  const x = examplesOf(lesson)
  const targets: Matrix = { rows: x.rows, columns: outputs, data: given }
  const bounds = Array.from({ length: outputs }, (_, k) => boundsOf(targets, k))
  const widths = bounds.map(([min, max]) => max - min || 1)
  const chosen = few(Array.from({ length: x.rows }, () => 0))
  const fewTargets = picked(targets, chosen)
  const candidates: Candidate[] = []

  for (const kind of scalingsFor(x.columns)) {
    const scaling = scalingOf(x, kind)
    const all = scaled(x, scaling)
    const examples = picked(all, chosen)
    const basis = basisOf(all)
    const z = basis ? products(all, basis) : all
    const weight = new Float64Array(x.rows).fill(1 / x.rows)
    for (const { weights, bias, left } of ridges(z, targets, weight)) {
      const head = (): Head => ({ kind: 'linear', weights: basis ? spread(weights, basis) : weights, bias })
      candidates.push({ error: errors(left, targets), head, scaling, examples })
    }
    if (x.rows < 2) continue
    for (const { reach, left } of nearests(nearOf(examples), outputs, targetNearness(fewTargets)))
      candidates.push({ error: errors(left, fewTargets), head: () => ({ kind: 'nearest', reach }), scaling, examples })
  }
  const loss = ({ error }: Candidate) => error.reduce((sum, one, k) => sum + (one / (widths[k] as number)) ** 2, 0)
  const { error, head, ...rest } = candidates.reduce((best, one) => (loss(one) < loss(best) ? one : best))
  const isProved = x.rows > 2
  return {
    ...rest,
    head: head(),
    targets: fewTargets,
    bounds,
    error: isProved ? error : null,
    told: isProved ? toldOf(error, targets) : null,
  }
}

interface Candidate extends Pick<LearnedNumbers, 'scaling' | 'examples'> {
  head: () => Head
  /** The leave-one-out error of each output. */
  error: readonly number[]
}

/** The root-mean-square error of each output. */
function errors(left: Matrix, wanted: Matrix): number[] {
  return Array.from({ length: wanted.columns }, (_, k) => {
    let sum = 0
    for (let i = k; i < wanted.data.length; i += wanted.columns)
      sum += ((left.data[i] as number) - (wanted.data[i] as number)) ** 2
    return Math.sqrt(sum / wanted.rows)
  })
}

function toldOf(error: readonly number[], wanted: Matrix): number {
  const told = error.map((one, k) => {
    let [sum, squares] = [0, 0]
    for (let i = k; i < wanted.data.length; i += wanted.columns) {
      sum += wanted.data[i] as number
      squares += (wanted.data[i] as number) ** 2
    }
    const variance = squares / wanted.rows - (sum / wanted.rows) ** 2
    return variance > 1e-12 ? Math.max(0, 1 - one ** 2 / variance) : 1
  })
  return told.reduce((sum, one) => sum + one, 0) / told.length
}

function boundsOf({ data, columns }: Matrix, k: number): [number, number] {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = k; i < data.length; i += columns) {
    min = Math.min(min, data[i] as number)
    max = Math.max(max, data[i] as number)
  }
  return [min, max]
}
