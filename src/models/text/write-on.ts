import type { Follow } from '../../engine'
import { likeliest } from './choose'
import { allowedScores, logLikelihood, type SpokenTokens } from './spoken'
import { type StepTensors, stepFeeds } from './step-feeds'

/** How text is continued. */
export interface WritingRule {
  spoken: SpokenTokens
  /** So far. */
  written: number[]
  /** Tokens at most. */
  most: number
  /** Whether each token's likelihood is wanted. */
  isWeighed: boolean
}

export interface Written {
  token: number
  /** Its logarithm; 0 if it isn't wanted. */
  likelihood: number
}

/** The likeliest token of those that may follow. @param scores are changed */
export function writeToken(scores: Float32Array, { spoken, written, isWeighed }: WritingRule): Written {
  const allowed = allowedScores(scores, written, spoken)
  const token = likeliest(allowed)
  return { token, likelihood: isWeighed ? logLikelihood(allowed, token) : 0 }
}

interface InLane {
  rule: WritingRule
  tensors: StepTensors
  /** How many tokens the decoder has taken. */
  seen: number
  /** The output with the scores. */
  scores: string
}

/** Writes one token after another where the decoder runs; see the engine's `FollowUp`. */
export const follow: Follow<InLane, Written> = (outputs, about) => {
  const { rule, tensors, scores, seen } = about
  const { spoken, written, most } = rule
  const said = writeToken(outputs[scores]?.data as Float32Array, rule)
  written.push(said.token)
  about.seen++
  const isLast = said.token === spoken.end || written.length >= most
  return isLast ? { said } : { said, feeds: stepFeeds(tensors, seen, [said.token]) }
}

/** The path of this program. */
export const WRITE_ON = __filename
