import type { InputChoice, OutputChoice } from './choice'
import { partsOf } from './detector-ports'
import { maskNames } from './output-parts'
import { reason } from './reason'

/** Sentences about a node's ports that the user should know. */
export function portNotes(inputs: readonly InputChoice[], outputs: readonly OutputChoice[]): string[] {
  const notes: string[] = []
  const others = inputs.filter(
    ({ as, part = 'ids', property }) => as !== 'state' && as !== 'size' && part === 'ids' && property !== 'payload',
  )
  if (others.length > 0)
    notes.push(
      reason`Other inputs are message properties: ${others.map(({ property }) => `msg.${property}`).join(', ')}.`,
    )
  if (outputs.some(({ as }) => as === 'things')) {
    const { masks, points } = partsOf(outputs.find(({ as }) => as === 'things')?.detector)
    const parts = [
      reason`scores`,
      reason`boxes`,
      ...(masks ? [reason`masks`] : []),
      ...(points ? [reason`points`] : []),
    ]
    const listed = reason`${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
    const maps = namesOf(outputs.filter(({ as }) => as !== 'things'))
    const count = [reason`two`, reason`three`, reason`four`, reason`five`][maps.length] ?? `${maps.length + 2}`
    notes.push(
      maps.length > 0
        ? reason`The node gets ${count} outputs: the picture with frames around what was found, and the list of what was found, with ${listed}; then ${maps.join(', ')}.`
        : reason`The node gets ${count} outputs: the picture with frames around what was found, and the list of what was found, with ${listed}.`,
    )
    notes.push(reason`msg.category and msg.min_score limit what is found.`)
    return notes
  }
  if (outputs.some(({ writer }) => writer))
    notes.push(
      reason`msg.sequence_length (tokens to add), msg.temperature, msg.top_k, msg.top_p and msg.seed control how the text continues.`,
    )
  const sent = namesOf(outputs)
  if (sent.length > 1) notes.push(reason`The node gets ${sent.length} outputs, in this order: ${sent.join(', ')}.`)
  return notes
}

/** The names of the node's outputs. Each of several masks has one. */
function namesOf(outputs: readonly OutputChoice[]): string[] {
  const sent = outputs.filter(({ as }) => as !== 'state' && as !== 'unused')
  return sent.flatMap((output) => (output.as === 'masks' ? maskNames(output) : [output.name]))
}
