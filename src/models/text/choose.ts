/** How the next token is chosen. */
export interface Sampling {
  /** Below 1 the likelier tokens are taken more often, above 1 less; 0 always takes the likeliest. */
  temperature: number
  /** Only this many of the likeliest tokens are chosen from; 0 means all. */
  topK: number
  /** Of these, only the likeliest that together reach this likelihood (1). */
  topP?: number
}

/** Draws a token by its likelihood among the best. @param luck from 0 up to 1 */
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

/** The first of the largest scores. */
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

/** The places of the largest scores, the largest first. */
function largest(scores: Float32Array, count: number): number[] {
  // Sorting plain numbers is native; the places of 50 000 tokens would take ten times as long.
  const least =
    count < scores.length ? (Float32Array.from(scores).sort().at(-count) as number) : Number.NEGATIVE_INFINITY
  const places: number[] = []
  for (let token = 0; token < scores.length; token++) if ((scores[token] as number) >= least) places.push(token)
  return places.sort((a, b) => (scores[b] as number) - (scores[a] as number)).slice(0, count)
}

/** How many of the weights together reach this share of all. */
function countUpTo(weights: number[], share: number): number {
  let left = share * weights.reduce((sum, weight) => sum + weight, 0)
  const end = weights.findIndex((weight) => {
    left -= weight
    return left <= 0
  })
  return end < 0 ? weights.length : end + 1
}
