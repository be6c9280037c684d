import type { TensorInfo } from '../engine'
import type { InputChoice, OutputChoice } from './choice'
import { inWords } from './names'
import { findWriter, proposeWriter } from './propose-writer'
import { reason } from './reason'
import { longestOf, type TextFacts } from './text-files'

const MASK = /mask|attention/
const SEGMENTS = /type|segment/
const POSITIONS = /position|^pos\b/

/** Turns the inputs for tokens into one text input, if a tokenizer is next to the model. */
export function proposeTextInputs(inputs: InputChoice[], facts: TextFacts | undefined): void {
  const ids = tokensOf(inputs)
  if (!ids || !facts) return
  const { tokenizer, pad } = facts
  const longest = longestOf(facts)
  for (const input of inputs.filter(isTokens)) {
    const word = inWords(input.tensor)
    const part = input === ids ? 'ids' : POSITIONS.test(word) ? 'positions' : SEGMENTS.test(word) ? 'segments' : 'mask'
    if (part === 'mask' && !MASK.test(word)) continue
    Object.assign(input, { as: 'text', part, tokenizer, pad, longest, confidence: 'likely', why: WHY[part](tokenizer) })
  }
  ids.name = inputs.some((input) => input !== ids && input.name === 'text') ? ids.name : 'text'
  ids.property = ids.name
}

const WHY = {
  ids: (file: string) => reason`Its whole numbers represent pieces of words; ${file} next to it turns text into them.`,
  mask: () => reason`It takes a mask that says which numbers belong to the text and which are padding.`,
  segments: () => reason`It takes the number of the text that each piece belongs to; there is only one text.`,
  positions: () => reason`It takes the position of each piece.`,
}

function isTokens({ dtype, shape }: TensorInfo | InputChoice): boolean {
  return (dtype === 'int64' || dtype === 'int32') && shape.length === 2
}

/** The input for the tokens themselves; undefined if the model takes no text. */
function tokensOf(inputs: readonly InputChoice[]): InputChoice | undefined {
  const rows = inputs.filter((input) => isTokens(input) && !isBeside(inWords(input.tensor)))
  const named = rows.find(({ tensor }) => /(^|input )ids?\b|\btokens?$|^text/.test(inWords(tensor)))
  const isAlone = rows.length === 1 && inputs.every((input) => input.as !== 'picture' && input.as !== 'labels')
  return named ?? (isAlone && rows[0]?.shape.every((size, i) => i === 0 || size !== 1) ? rows[0] : undefined)
}

const isBeside = (word: string) => MASK.test(word) || SEGMENTS.test(word) || POSITIONS.test(word)

/**
 * Interprets the outputs of a text model: continued text, a row of numbers for each token, or anything else.
 */
export function proposeTextOutputs(inputs: InputChoice[], outputs: OutputChoice[], facts: TextFacts | undefined): void {
  const ids = tokensOf(inputs)
  if (!ids) return
  const scores = facts && findWriter(inputs, outputs, ids, facts)
  if (scores) {
    proposeWriter(scores, ids, inputs, outputs, facts)
    return
  }
  const sent = outputs.filter(({ as }) => as !== 'state')
  const isSummed = sent.some(({ tensor, shape }) => shape.length === 2 && /embed/.test(inWords(tensor)))
  for (const output of sent) {
    const width = output.shape[2]
    // Outputs for text are never maps, even if they have the shape of one.
    if (output.shape.length !== 3) continue
    delete output.picture
    delete output.labels
    output.as = 'numbers'
    output.rows = 'each'
    output.confidence = 'likely'
    const each = reason`It outputs a row of ${typeof width === 'number' ? width : reason`some`} numbers for each piece of the text`
    if (/logit|score/.test(inWords(output.tensor)))
      output.why = `${each}; ${reason`they are most likely scores, and are sent unchanged`}.`
    else if (isSummed) {
      output.as = 'unused'
      output.why = `${each}; ${reason`another output summarises them`}.`
    } else if (facts) {
      output.rows = 'mean'
      output.normalize = true
      output.why = `${each}; ${reason`their mean represents the meaning of the text: similar sentences have similar vectors`}.`
    } else output.why = `${each}.`
  }
}
