import { activated, type RankedClass } from '../classes'
import type { Job } from './task'
import type { ReadText } from './texts'

/** Settings of a step with the task `match`. */
export interface MatchSettings {
  /** The list that a step of the task `texts` made. */
  of: string
  /** The name of each item's vector. */
  by: string
  /** The vector that they are compared with, of the same length; both of length 1. */
  with: string
  /** A text's score is the cosine times `scale` (1) plus `bias` (0). */
  scale?: number
  bias?: number
  /** Softmax: probabilities over all texts. Sigmoid: each independently. */
  activation: 'softmax' | 'sigmoid'
  /**
   * If the best is less likely than this, it counts as none of the words (0). The input `min_score` takes precedence.
   */
  minScore?: number
  /** The answer if it isn't one of the words. */
  none: string
  /** Names of further results: the confidence, and the likeliest words with their scores. */
  score?: string
  ranked?: string
}

/** This many words are ranked. */
const TOP = 5

/** The word whose text is most like a picture, under the name `to`. */
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

/** Of two vectors of length 1. */
export function cosine(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length)
    throw new Error(`The two halves of the model output vectors of ${a.length} and ${b.length} numbers.`)
  return a.reduce((sum, number, i) => sum + number * (b[i] as number), 0)
}
