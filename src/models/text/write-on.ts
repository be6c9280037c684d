import type { Follow } from '../../engine'
import { likeliest } from './choose'
import { allowedScores, logLikelihood, type SpokenTokens } from './spoken'
import { type StepTensors, stepFeeds } from './step-feeds'

/** The parameters for choosing tokens in Whisper's output. */
export interface WritingRule {
  spoken: SpokenTokens
  /** The tokens so far. */
  written: number[]
  /** The maximum number of tokens. */
  most: number
  /** Whether to compute the probability of each token. */
  isWeighed: boolean
}

export interface Written {
  token: number
  /** The logarithm of the token's probability; 0 if it wasn't requested. */
  likelihood: number
}

/** The most likely of the allowed tokens. @param scores are modified */
export function writeToken(scores: Float32Array, { spoken, written, isWeighed }: WritingRule): Written {
  const allowed = allowedScores(scores, written, spoken)
  const token = likeliest(allowed)
  return { token, likelihood: isWeighed ? logLikelihood(allowed, token) : 0 }
}

interface InLane {
  rule: WritingRule
  tensors: StepTensors
  /** The number of tokens that the decoder has processed. */
  seen: number
  /** The name of the output with the scores. */
  scores: string
}

/** Writes tokens one by one in the lane in which the decoder runs; see the engine's `FollowUp`. */
export const follow: Follow<InLane, Written> = (outputs, about) => {
  const { rule, tensors, scores, seen } = about
  const { spoken, written, most } = rule
  const said = writeToken(outputs[scores]?.data as Float32Array, rule)
  written.push(said.token)
  about.seen++
  const isLast = said.token === spoken.end || written.length >= most
  return isLast ? { said } : { said, feeds: stepFeeds(tensors, seen, [said.token]) }
}

/** The path of this module, for the lane. */
export const WRITE_ON = __filename
