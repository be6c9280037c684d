import { EngineError } from '../../engine'
import { ValueError } from '../../types'
import type { InputChoice, OutputChoice, Proposal } from '../choice'
import { reason } from '../reason'
import { fixedCount } from '../shapes'
import { attempt, type Bench, type Outcome } from './attempt'
import { samplePicture } from './samples'
import { keepShares } from './shares'

/**
 * Runs a network without picture inputs twice, on random numbers or text, to see whether it runs and what its
 * scores are.
 */
export async function withoutPicture(proposal: Proposal, bench: Bench): Promise<Proposal> {
  // Text takes time in proportion to its length, and is written in the same way whatever comes out.
  if (proposal.outputs.some(({ writer }) => writer)) return proposal
  const { image } = await samplePicture('cat')
  const outcomes: Outcome[] = []
  try {
    for (const seed of [1, 2]) outcomes.push(await attempt(proposal, { image, seed }, bench))
  } catch (error) {
    const said = sentenceOf(error, proposal.inputs.every(isPlain))
    return said ? { ...proposal, notes: [...proposal.notes, said] } : proposal
  }
  return keepCounts(keepShares(proposal, outcomes), outcomes)
}

/** An output of several numbers whose file promises one (as scikit-learn's converter writes) is a list. */
function keepCounts(proposal: Proposal, outcomes: readonly Outcome[]): Proposal {
  const countOf = ({ raw }: Outcome, tensor: string) => raw[tensor]?.data.length ?? 1
  const made = (output: OutputChoice): OutputChoice => {
    const count = Math.min(...outcomes.map((outcome) => countOf(outcome, output.tensor)))
    if (output.as !== 'number' || !(count > 1)) return output
    const { shape } = output
    return {
      ...output,
      as: 'numbers',
      shape: [...shape.slice(0, -1), ''],
      why: reason`It outputs ${count} numbers, although the file declares one.`,
    }
  }
  return { ...proposal, outputs: proposal.outputs.map(made) }
}

/**
 * Whether any numbers are valid for an input: it isn't an index into a list, and needn't be as long as
 * another input.
 */
const isPlain = ({ as, dtype, shape }: InputChoice) =>
  as === 'state' ||
  as === 'number' ||
  (as === 'numbers' && dtype.startsWith('float') && fixedCount(shape) !== undefined)

function sentenceOf(error: unknown, arePlain: boolean): string | null {
  if (error instanceof EngineError && error.code === 'time-limit')
    return reason`A run on sample numbers was stopped because it took too long: this network is slow, or never ends.`
  if (!arePlain || !(error instanceof EngineError || error instanceof ValueError)) return null
  return reason`A run on sample numbers failed: ${error.message}`
}
