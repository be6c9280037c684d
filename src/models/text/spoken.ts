/** Whisper's output: text between timestamp tokens, one for each 20 milliseconds. */
export interface SpokenTokens {
  /** The token that ends the text. All tokens below it are text. */
  end: number
  /** The first timestamp token, for 0 seconds; those up to 30 seconds follow it. */
  times: number
  /** The token that turns timestamps off. It must never be written here. */
  withoutTimes: number
  /** Never written. */
  never: readonly number[]
  /** Not written first. */
  neverFirst: readonly number[]
}

/** Seconds between neighbouring timestamp tokens. */
export const TIME_STEP = 0.02
/** The first timestamp is at most 1 second. */
const FIRST_TIMES = 50

/** Tokens that belong together, and when they were said, in seconds from the beginning. */
export interface SpokenPart {
  start: number
  end: number
  tokens: number[]
}

/**
 * Rules out the tokens that must not come next, following Whisper's own rules: the first token is a
 * timestamp; timestamps come in pairs, with text between the pairs, and never go back; and a timestamp is
 * forced if all timestamps together are likelier than every other token.
 * @param scores are changed
 * @param written so far
 */
export function allowedScores(scores: Float32Array, written: readonly number[], spoken: SpokenTokens): Float32Array {
  const { end, times, withoutTimes, never, neverFirst } = spoken
  const refuse = (from: number, to: number) => scores.fill(Number.NEGATIVE_INFINITY, from, to)
  const isTime = (token: number | undefined) => token !== undefined && token >= times
  for (const token of written.length === 0 ? [...never, ...neverFirst] : never) scores[token] = Number.NEGATIVE_INFINITY
  scores[withoutTimes] = Number.NEGATIVE_INFINITY
  if (isTime(written.at(-1))) {
    if (written.length < 2 || isTime(written.at(-2))) refuse(times, scores.length)
    else refuse(0, end)
  }
  const last = written.findLast(isTime)
  if (last !== undefined) {
    const isOpen = isTime(written.at(-1)) && !(written.length < 2 || isTime(written.at(-2)))
    refuse(times, isOpen ? last : last + 1)
  }
  if (written.length === 0) {
    refuse(0, times)
    refuse(times + FIRST_TIMES + 1, scores.length)
  }
  const text = scores.subarray(0, times)
  const ofTimes = scores.subarray(times)
  if (sumOfExponents(ofTimes) > largest(text)) refuse(0, times)
  return scores
}

/** The logarithm of a token's probability. */
export function logLikelihood(scores: Float32Array, token: number): number {
  return (scores[token] as number) - sumOfExponents(scores)
}

/**
 * Splits the tokens at the timestamps, and finds the second up to which the sound is finished: the last part
 * may continue after the window's end, unless it ends with a single timestamp.
 * @param seconds the length of the window
 */
export function spokenParts(
  tokens: readonly number[],
  { times }: Pick<SpokenTokens, 'times'>,
  seconds: number,
): { parts: SpokenPart[]; done: number } {
  const isTime = (at: number) => (tokens[at] as number) >= times
  const when = (at: number) => ((tokens[at] as number) - times) * TIME_STEP
  const ends = tokens.flatMap((_, at) => (at > 0 && isTime(at - 1) && isTime(at) ? [at] : []))
  if (ends.length === 0) {
    const last = tokens.findLastIndex((token) => token > times)
    return { parts: [{ start: 0, end: last < 0 ? seconds : when(last), tokens: [...tokens] }], done: seconds }
  }
  const isEnded = isTime(tokens.length - 1) && !isTime(tokens.length - 2)
  if (isEnded) ends.push(tokens.length)
  const parts = ends.map((to, i) => {
    const from = ends[i - 1] ?? 0
    return { start: when(from), end: when(to - 1), tokens: tokens.slice(from, to) }
  })
  return { parts, done: isEnded ? seconds : when((ends.at(-1) as number) - 1) }
}

// Plain loops: there are 50 000 numbers for each token.

function largest(numbers: Float32Array): number {
  let most = Number.NEGATIVE_INFINITY
  for (let i = 0; i < numbers.length; i++) if ((numbers[i] as number) > most) most = numbers[i] as number
  return most
}

/** Tokens this much less likely than the likeliest (1 to 10¹³) make no difference in a sum of 50 000. */
const NOTHING = -30

/** The logarithm of the sum of the scores' exponentials. */
function sumOfExponents(numbers: Float32Array): number {
  const most = largest(numbers)
  if (most === Number.NEGATIVE_INFINITY) return most
  let sum = 0
  for (let i = 0; i < numbers.length; i++) {
    const less = (numbers[i] as number) - most
    if (less > NOTHING) sum += Math.exp(less)
  }
  return most + Math.log(sum)
}
