import type { InputChoice, OutputChoice } from './choice'
import { reason } from './reason'
import { longestOf, type TextFacts } from './text-files'

const PAST = /^past_key_values\./
const PRESENT = /^present\./

/** Finds the output of a model that writes text: scores of all tokens for the next place. */
export function findWriter(inputs: InputChoice[], outputs: OutputChoice[], ids: InputChoice, facts: TextFacts) {
  if (facts.hasGaps || (typeof ids.shape[1] === 'number' && ids.shape[1] > 0)) return undefined
  const isOther = ({ tensor, as, part }: InputChoice) =>
    (as !== 'text' || part === 'segments') && !PAST.test(tensor) && tensor !== 'use_cache_branch'
  if (inputs.some(isOther)) return undefined
  return outputs.find(({ tensor, shape }) => {
    const width = shape[2]
    if (shape.length !== 3) return false
    // Some networks have slightly more scores than tokens, because the size is rounded up.
    return typeof width === 'number' ? width >= facts.size && width <= facts.size * 1.1 + 512 : /logit/.test(tensor)
  })
}

/** Turns those scores into text, and the network's memory of it into states. */
export function proposeWriter(
  scores: OutputChoice,
  ids: InputChoice,
  inputs: InputChoice[],
  outputs: OutputChoice[],
  facts: TextFacts,
): void {
  const { ends, start, longest } = facts
  const context = longestOf(facts)
  delete scores.picture
  delete scores.labels
  // The writing task's port names.
  ids.name = 'prompt'
  Object.assign(scores, {
    as: 'text',
    name: 'text',
    confidence: 'likely',
    writer: { context, end: ends, ...(start !== undefined && { start }) },
    why: reason`It outputs a score for each token that could come next: the text grows token by token. ${
      longest === undefined
        ? reason`The file doesn't state how far it looks back: ${context} tokens suit most.`
        : reason`It looks back ${context} tokens.`
    }`,
  })
  for (const input of inputs) {
    if (input.as === 'text') continue
    input.as = 'state'
    input.why = PAST.test(input.tensor)
      ? reason`It is the network's memory of the previous tokens, within one text.`
      : reason`It needs to know whether there are previous tokens.`
  }
  for (const output of outputs) {
    if (output === scores) continue
    output.as = PRESENT.test(output.tensor) && output.as === 'state' ? 'state' : 'unused'
    output.why = reason`It is the network's memory for the next token.`
  }
}
