import type { FetchedTensor } from '../engine'
import { readTextFile, whileUnchanged } from '../files'
import type { CategoryType } from '../types'
import { largest } from './largest'
import type { FetchSpec, Port } from './manifest'

export interface RankedClass {
  category: string
  score: number
}

/**
 * Port name → value: the most likely class and, if the fetch asks for them, its score and the ranked list of
 * classes.
 */
export function finishClasses(
  spec: Extract<FetchSpec, { kind: 'category' }>,
  port: Port,
  { data }: FetchedTensor,
  path: (file: string) => string,
): Record<string, unknown> {
  const { to, labels, score, ranked, top = 5 } = spec
  const given = activated(Float64Array.from(data as ArrayLike<number>, Number), spec.activation)
  const names = namesOf(labels, port, path)
  const scores =
    given.length === 1 && names.length === 2 ? Float64Array.of(1 - (given[0] as number), given[0] as number) : given
  if (names.length !== scores.length) {
    throw new Error(
      `${typeof labels === 'string' ? labels : `The list of classes of "${to}"`} has ${names.length} names, but the model outputs ${scores.length} scores: choose the list that belongs to it.`,
    )
  }
  if (scores.some(Number.isNaN))
    throw new Error(`The model outputs scores that aren't numbers (NaN) for "${to}": try another device or variant.`)
  const classes = largest(scores, Math.max(1, top)).map(
    (at): RankedClass => ({ category: names[at] as string, score: scores[at] as number }),
  )
  const [likeliest] = classes as [RankedClass]
  const isSure = spec.least === undefined || likeliest.score >= spec.least
  const first = isSure ? likeliest : { category: names[0] as string, score: scores[0] as number }
  return { [to]: first.category, ...(score && { [score]: first.score }), ...(ranked && { [ranked]: classes }) }
}

function namesOf(labels: string | string[] | undefined, { type }: Port, path: (file: string) => string): string[] {
  if (labels === undefined) return (type as CategoryType).oneOf ?? []
  return typeof labels === 'string' ? readLabels(path(labels)) : labels
}

/**
 * One name per line. Removes a leading number or ImageNet id (`n01440764`), and everything after the first
 * comma.
 */
const readLabels = whileUnchanged((path): string[] => {
  const lines = readTextFile(path).trimEnd().split(/\r?\n/)
  return lines.map((line) =>
    (
      line
        .trim()
        .replace(/^(n\d{8}|\d+:?)\s+/, '')
        .split(',')[0] as string
    ).trim(),
  )
})

/** Converts raw scores to probabilities. */
export function activated(scores: Float64Array, activation?: 'softmax' | 'sigmoid'): Float64Array {
  if (activation === 'sigmoid') return scores.map((score) => 1 / (1 + Math.exp(-score)))
  if (activation !== 'softmax') return scores
  const most = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const shares = scores.map((score) => Math.exp(score - most))
  const sum = shares.reduce((a, b) => a + b, 0)
  return shares.map((share) => share / sum)
}
