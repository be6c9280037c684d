import { isImage, isSegmentation } from '../../types'
import type { OutputChoice } from '../choice'
import { reason } from '../reason'
import type { Attempt, Outcome } from './attempt'
import { small } from './likeness'
import { apart, deviationOf, meanOf } from './statistics'

/**
 * Sentences about outputs that show nothing for any sample: no numbers, one colour, or the same for different pictures.
 */
export async function lifeless({ proposal, outcomes }: Pick<Attempt, 'proposal' | 'outcomes'>): Promise<string[]> {
  const found: string[] = []
  for (const output of proposal.outputs) {
    if (output.as === 'unused' || output.as === 'state') continue
    const what = await fault(output, outcomes)
    if (what) found.push(reason`"${output.name}" ${what}: try it with a picture of the kind it was made for.`)
  }
  return found
}

async function fault({ tensor, name }: OutputChoice, outcomes: readonly Outcome[]): Promise<string | null> {
  const numbers = outcomes.flatMap(({ raw }) => {
    const data = raw[tensor]?.data
    return data === undefined || typeof data[0] === 'bigint' ? [] : [data as ArrayLike<number>]
  })
  if (numbers.some((data) => !Number.isFinite(meanOf(data))))
    return reason`had values that aren't numbers for a sample picture`
  const [one, other] = numbers
  if (one && other && one.length > 0 && one.length === other.length && apart(one, other) === 0)
    return reason`was the same for different sample pictures`
  const maps = outcomes.map(({ outputs }) => outputs[name]).filter(isSegmentation)
  if (maps.length > 1 && maps.every(({ data }) => new Set(data).size === 1))
    return reason`had only one label for every sample picture`
  const pictures = outcomes.map(({ outputs }) => outputs[name]).filter(isImage)
  if (pictures.length < 2) return null
  const spreads = await Promise.all(pictures.map(async (image) => deviationOf(await small(image))))
  return spreads.every((spread) => !(spread > 0.002)) ? reason`had only one colour for every sample picture` : null
}
