import { typedArrayName } from './typed-array'

/** "1 label", "21 labels". */
export function count(amount: number, name: string): string {
  return `${amount} ${amount === 1 ? name : `${name}s`}`
}

/** "cat, dog and bed"; with more than `most` names "cat, dog, bed and 77 more". */
export function listed(names: readonly string[], word: 'and' | 'or', most = Number.POSITIVE_INFINITY): string {
  const shown = names.length > most + 1 ? [...names.slice(0, most), `${names.length - most} more`] : [...names]
  const last = shown.pop() ?? ''
  return shown.length ? `${shown.join(', ')} ${word} ${last}` : last
}

/** Text in quotation marks, shortened if necessary. */
export function quote(text: string): string {
  return `"${shorten(text)}"`
}

/** At most 40 characters of text, with line breaks and tabs replaced by spaces. */
export function shorten(text: string): string {
  const line = text.slice(0, 60).replace(/[\s\p{Cc}]+/gu, ' ')
  return text.length > 60 || line.length > 40 ? `${line.slice(0, 39)}…` : line
}

/**
 * Quotes any value from a message for an error: `"fast"`, `[20, 10, 120, 60]`, `{"width": 9}`. Only its
 * beginning is read, and errors thrown by its properties are caught.
 */
export function quoteValue(value: unknown): string {
  const text = written(value, 0)
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

/** The maximum number of items and fields shown, and the maximum depth. */
const MAX_NAMES = 8
const MAX_DEPTH = 3

function written(value: unknown, depth: number): string {
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'function') return 'a function'
  if (typeof value !== 'object' || value === null) return String(value)
  try {
    const tag = typedArrayName(value) ?? (ArrayBuffer.isView(value) && 'DataView')
    if (tag) return `a ${tag}`
    if (depth === MAX_DEPTH) return '…'
    const names = Array.isArray(value) ? value.slice(0, MAX_NAMES) : Object.keys(value).slice(0, MAX_NAMES)
    const parts = Array.isArray(value)
      ? names.map((item) => written(item, depth + 1))
      : names.map((name) => `${quote(name)}: ${written((value as Record<string, unknown>)[name], depth + 1)}`)
    if ((Array.isArray(value) ? value : Object.keys(value)).length > MAX_NAMES) parts.push('…')
    return Array.isArray(value) ? `[${parts.join(', ')}]` : `{${parts.join(', ')}}`
  } catch {
    return 'an object that cannot be read'
  }
}
