import type { PortType } from '../../types'
import { type Alternative, type Alternatives, filterAlternatives, joinAlternatives, typed } from '../alternatives'

/**
 * The text that a node makes from `items`. If a single one may be the whole text, a picture or sound that came as text
 * is still one.
 */
export function textMadeOf(items: Alternatives, origin: string): Alternatives {
  return items.some(mayBePicture) ? someText(origin) : typed({ type: 'text' }, origin)
}

/** Text about which nothing else is known: it may be a picture or a sound. */
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

/** Whether a value of the type may be or contain a picture or a sound. */
function holdsPicture(type: PortType): boolean {
  if (type.type === 'array') return holdsPicture(type.itemType)
  if (type.type === 'record') return Object.values(type.fields).some(holdsPicture)
  return HOLDING.has(type.type)
}

const HOLDING: ReadonlySet<PortType['type']> = new Set(['any', 'image', 'segmentation', 'audio'])

/** Whether a template consists only of what it fills in. */
export function isOnlyFilledIn(template: string): boolean {
  return template.includes('{{') && template.replace(/\{\{[^{}]*\}\}|\{\{\{[^{}]*\}\}\}/g, '').trim() === ''
}
