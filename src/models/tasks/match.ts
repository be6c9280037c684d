import { activated, type RankedClass } from '../classes'
import type { Job } from './task'

/** A word, and the results of the step's fetches for it. The additional text has no word. */
export interface ReadText {
  word?: string
  [made: string]: unknown
}

/** Settings of a step with the task `match`. */
export interface MatchSettings {
  /** The list made by a step with the task `texts`. */
  of: string
  /** The name of the vector in each item of the list. */
  by: string
  /** The name of the vector to compare them with. All vectors have the same length, and a norm of 1. */
  with: string
  /** A text's score is the cosine times `scale` (1) plus `bias` (0). */
  scale?: number
  bias?: number
  /** Softmax: probabilities over all texts. Sigmoid: each independently. */
  activation: 'softmax' | 'sigmoid'
  /** If the best score is below this, the answer is `none` (0). The input `min_score` takes precedence. */
  minScore?: number
  /** The answer if no word matches. */
  none: string
  /** The names of further results: the best score, and the best words with their scores. */
  score?: string
  ranked?: string
}

/** The number of words in the ranked list. */
const TOP = 5

/** The word whose text matches the picture best, under the name `to`. */
export async function match({ variant, inputs, to = 'category' }: Job): Promise<Record<string, unknown>> {
  const settings = variant.settings as unknown as MatchSettings
  const { of, by, scale = 1, bias = 0, activation, minScore = 0, none, score, ranked } = settings
  const texts = inputs[of] as ReadText[]
  const seen = inputs[settings.with] as Float32Array
  const raw = texts.map((text) => cosine(seen, text[by] as Float32Array) * scale + bias)
  const shares = activated(Float64Array.from(raw), activation)
  const all = texts.map(({ word }, i) => ({ category: word ?? none, score: shares[i] as number }))
  const [best] = [...all].sort((a, b) => b.score - a.score) as [RankedClass]
  const words = all.filter((_, i) => texts[i]?.word !== undefined).sort((a, b) => b.score - a.score)
  const least = (inputs.min_score as number | undefined) ?? minScore
  return {
    [to]: best.score < least ? none : best.category,
    ...(score && { [score]: best.score }),
    ...(ranked && { [ranked]: words.slice(0, TOP) }),
  }
}

/** @param a, b vectors with a norm of 1 @throws Error if their lengths differ */
export function cosine(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length)
    throw new Error(`The two halves of the model output vectors of ${a.length} and ${b.length} numbers.`)
  return a.reduce((sum, number, i) => sum + number * (b[i] as number), 0)
}
