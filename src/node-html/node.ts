import type { NodeSpec } from '../settings'
import { formOf } from './form'
import { helpOf } from './help'
import { scriptOf } from './script'

/** What a node's folder adds to its declaration, as HTML. */
export interface Pieces {
  /** After the node's name in the form. */
  form?: string
  /** The help's end, with its own headings. */
  help?: string
}

/** The HTML of a hand-written node. */
export function nodeHtml(spec: NodeSpec, { form, help }: Pieces = {}): string {
  return [scriptOf(spec), formOf(spec, form), helpOf(spec, help)].join('\n\n')
}
