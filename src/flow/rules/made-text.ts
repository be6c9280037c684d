import type { PortType } from '../../types'
import { type Alternative, type Alternatives, filterAlternatives, joinAlternatives, typed } from '../alternatives'

/**
 * The text that a node makes from `items`. If the text may consist of a single item, that may be a picture or
 * a sound in the form of text.
 */
export function textMadeOf(items: Alternatives, origin: string): Alternatives {
  return items.some(mayBePicture) ? someText(origin) : typed({ type: 'text' }, origin)
}

/** Unknown text, which may be a picture or a sound. */
export function someText(origin: string): Alternatives {
  return filterAlternatives(TEXTS.reduce<Alternatives>((all, type) => joinAlternatives(all, typed(type, origin)), []))
}

const TEXTS: readonly PortType[] = [
  { type: 'text' },
  { type: 'image', format: 'base64' },
  { type: 'image', format: 'dataURI' },
  { type: 'audio', format: 'dataURI' },
]

function mayBePicture({ kind, type }: Alternative): boolean {
  return type ? holdsPicture(type) : kind === 'unknown' || kind === 'anything'
}

/** Whether a type is or contains a picture or a sound. */
function holdsPicture(type: PortType): boolean {
  if (type.type === 'array') return holdsPicture(type.itemType)
  if (type.type === 'record') return Object.values(type.fields).some(holdsPicture)
  return HOLDING.has(type.type)
}

const HOLDING: ReadonlySet<PortType['type']> = new Set(['any', 'image', 'segmentation', 'audio'])

/** Whether a template consists of nothing but placeholders. */
export function isOnlyFilledIn(template: string): boolean {
  return template.includes('{{') && template.replace(/\{\{[^{}]*\}\}|\{\{\{[^{}]*\}\}\}/g, '').trim() === ''
}
