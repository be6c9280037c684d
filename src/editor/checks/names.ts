import { describeType, type PortType } from '../../types'
import { language, say } from '../shell/words'

/** A node's name for users: its label on the canvas, shortened. Plain text, not to be used as HTML. */
export function nameOf(node: EditorNode | SubflowPort): string {
  if (node.type === 'subflow') return say('subflowInput')
  const label = (RED.utils.getNodeLabel(node, node.type) || node.type).replace(/\\n|\s+/g, ' ').trim()
  return label.length > 40 ? `${label.slice(0, 39)}…` : label
}

/** Describes a type in the user's language. */
export function inWords(type: PortType): string {
  return describeType(type, language())
}

/** Describes alternatives in the user's language, for example "a colour image or text". */
export function eitherInWords(types: readonly PortType[]): string {
  const words = [...new Set((types.length > 0 ? types : [{ type: 'any' } as const]).map(inWords))]
  const last = words.pop() as string
  return words.length > 0 ? say('or', { some: words.join(say('runtime.and')), last }) : last
}
