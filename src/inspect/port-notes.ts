import type { InputChoice, OutputChoice } from './choice'
import { partsOf } from './detector-ports'

/** What a person should know of the ports that a node gets, in sentences. */
export function portNotes(inputs: readonly InputChoice[], outputs: readonly OutputChoice[]): string[] {
  const notes: string[] = []
  const others = inputs.filter(
    ({ as, part = 'ids', property }) => as !== 'state' && as !== 'size' && part === 'ids' && property !== 'payload',
  )
  if (others.length > 0)
    notes.push(
      `Further inputs are properties of the message: ${others.map(({ property }) => `msg.${property}`).join(', ')}.`,
    )
  if (outputs.some(({ as }) => as === 'things')) {
    const { masks, points } = partsOf(outputs.find(({ as }) => as === 'things')?.detector)
    const parts = ['scores', 'boxes', ...(masks ? ['masks'] : []), ...(points ? ['points'] : [])]
    const listed = `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
    notes.push(
      `The node gets two outputs: the picture with frames around what was found, and the list of what was found, with ${listed}.`,
    )
    notes.push('msg.category and msg.min_score limit what is found.')
    return notes
  }
  if (outputs.some(({ writer }) => writer))
    notes.push(
      'msg.sequence_length (tokens to add), msg.temperature, msg.top_k, msg.top_p and msg.seed control how the text continues.',
    )
  const sent = outputs.filter(({ as }) => as !== 'state' && as !== 'unused')
  if (sent.length > 1)
    notes.push(`The node gets ${sent.length} outputs, in this order: ${sent.map(({ name }) => name).join(', ')}.`)
  return notes
}
