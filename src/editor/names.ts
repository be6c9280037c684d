import { describeType, type PortType } from '../types'
import { say } from './words'

/** What a person calls the node: its label on the canvas, short. Plain text, not to be used as HTML. */
export function nameOf(node: EditorNode | SubflowPort): string {
  if (node.type === 'subflow') return say('subflowInput')
  const label = (RED.utils.getNodeLabel(node, node.type) || node.type).replace(/\\n|\s+/g, ' ').trim()
  return label.length > 40 ? `${label.slice(0, 39)}…` : label
}

/** Types in words, such as "a 3-channel image or a text". */
export function inWords(types: readonly PortType[]): string {
  const words = [...new Set(types.map(describeType))]
  return words.length > 1 ? `${words.slice(0, -1).join(', ')} or ${words.at(-1)}` : (words[0] ?? 'anything')
}
