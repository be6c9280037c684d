import type { OutputChoice, Proposal } from '../choice'
import type { Outcome } from './attempt'

/** With this many scores, all are hardly from 0 to 1 by chance. */
const MANY = 8

/**
 * The proposal, in which class scores that are already probabilities are left alone: a softmax would flatten them. The
 * last steps of a network don't always show it (JAX's softmax is a division).
 */
export function keepShares(proposal: Proposal, outcomes: readonly Outcome[]): Proposal {
  return {
    ...proposal,
    outputs: proposal.outputs.map((output) => (areShares(output, outcomes) ? kept(output) : output)),
  }
}

const kept = (output: OutputChoice): OutputChoice => ({ ...output, softmax: false, areShares: true })

function areShares({ as, softmax, tensor }: OutputChoice, outcomes: readonly Outcome[]): boolean {
  if (as !== 'category' || !softmax || outcomes.length === 0) return false
  return outcomes.every(({ raw }) => {
    const scores = Array.from(raw[tensor]?.data ?? [], Number)
    const sum = scores.reduce((a, b) => a + b, 0)
    const areWithin = scores.length > 1 && scores.every((score) => score >= -1e-4 && score <= 1.0001)
    return areWithin && (Math.abs(sum - 1) < 0.01 || scores.length >= MANY)
  })
}
