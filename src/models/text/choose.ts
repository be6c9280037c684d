import { largest } from '../largest'

/** How the next token is chosen. */
export interface Sampling {
  /**
   * Values below 1 favour the more likely tokens, values above 1 make the choice more random. 0 always takes
   * the most likely token.
   */
  temperature: number
  /** The next token is chosen from this many of the most likely ones; 0 means all. */
  topK: number
  /** Of these, only as many of the most likely as together reach this probability (1). */
  topP?: number
}

/**
 * Draws a token at random, weighted by probability.
 * @param luck a random number from 0 up to (not including) 1
 */
export function choose(scores: Float32Array, { temperature, topK, topP = 1 }: Sampling, luck: number): number {
  if (temperature <= 0) return likeliest(scores)
  const best = largest(scores, topK > 0 ? topK : scores.length)
  const highest = scores[best[0] as number] as number
  let weights = best.map((token) => Math.exp(((scores[token] as number) - highest) / temperature))
  if (topP < 1) weights = weights.slice(0, countUpTo(weights, topP))
  let left = luck * weights.reduce((sum, weight) => sum + weight, 0)
  for (const [i, weight] of weights.entries()) {
    left -= weight
    if (left < 0) return best[i] as number
  }
  return best[weights.length - 1] as number
}

/** The index of the largest score; the first one if several are equal. */
export function likeliest(scores: Float32Array): number {
  let best = 0
  let most = scores[0] as number
  for (let token = 1; token < scores.length; token++)
    if ((scores[token] as number) > most) {
      best = token
      most = scores[token] as number
    }
  return best
}

/** The number of weights that together reach this fraction of their sum. */
function countUpTo(weights: number[], share: number): number {
  let left = share * weights.reduce((sum, weight) => sum + weight, 0)
  const end = weights.findIndex((weight) => {
    left -= weight
    return left <= 0
  })
  return end < 0 ? weights.length : end + 1
}
