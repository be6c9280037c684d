import type { PortType } from '../../types'
import { type Alternative, type Alternatives, filterAlternatives, joinAlternatives, typed } from '../alternatives'

/**
 * The text that a node makes of `items`. Where one of them alone may be the whole text, a picture or sound that came as text
 * still is one.
 */
export function textMadeOf(items: Alternatives, origin: string): Alternatives {
  return items.some(mayBePicture) ? someText(origin) : typed({ type: 'text' }, origin)
}

/** Text of which nothing else is known: it may be a picture or a sound. */
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

/** Whether a value of the type may be a picture or a sound, or hold one. */
function holdsPicture(type: PortType): boolean {
  if (type.type === 'array') return holdsPicture(type.itemType)
  if (type.type === 'record') return Object.values(type.fields).some(holdsPicture)
  return HOLDING.has(type.type)
}

const HOLDING: ReadonlySet<PortType['type']> = new Set(['any', 'image', 'segmentation', 'audio'])

/** Whether a template has nothing but what it fills in. */
export function isOnlyFilledIn(template: string): boolean {
  return template.includes('{{') && template.replace(/\{\{[^{}]*\}\}|\{\{\{[^{}]*\}\}\}/g, '').trim() === ''
}
