import type { NodeSpec } from '../settings'
import { formOf } from './form'
import { helpOf } from './help'
import { scriptOf } from './script'

/** HTML that a node's folder adds to the generated form and help. */
export interface Pieces {
  /** Follows the node's name in the form. */
  form?: string
  /** The end of the help page, with its own headings. */
  help?: string
}

/** The HTML of a hand-written node. */
export function nodeHtml(spec: NodeSpec, { form, help }: Pieces = {}): string {
  return [scriptOf(spec), formOf(spec, form), helpOf(spec, help)].join('\n\n')
}
