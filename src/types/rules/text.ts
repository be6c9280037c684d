import { adapts, depends, match, mismatch } from '../finding'
import { compareIntervals, type Interval, intervalOf } from '../interval'
import type { TypeFinding } from '../judgement'
import type { BooleanType, PortType, TextType } from '../port-type'

/** Longer text can't be a number or a choice. */
export const LONGEST_WORD = 120

export function toText(from: PortType, to: TextType): TypeFinding {
  const wanted = intervalOf(to.minLength ?? 0, to.maxLength)
  if (from.type === 'text') return byLength([intervalOf(from.minLength ?? 0, from.maxLength)], wanted, from, to)
  if (from.type === 'category') {
    const lengths = from.oneOf?.length
      ? from.oneOf.map(({ length }) => intervalOf(length, length))
      : [intervalOf(0, undefined)]
    return byLength(lengths, wanted, from, to)
  }
  return isPathType(from) ? adapts(from, 'is taken by its path') : mismatch(from, to)
}

/** Whether the type's values are paths. */
export function isPathType(type: PortType): boolean {
  return type.type === 'file' || type.type === 'directory' || (type.type === 'image' && type.format === 'file')
}

function byLength(lengths: Interval[], wanted: Interval, from: PortType, to: TextType): TypeFinding {
  const places = lengths.map((length) => compareIntervals(length, wanted))
  if (places.every((place) => place === 'inside')) return match(from)
  return places.every((place) => place === 'outside') ? mismatch(from, to) : depends(from, to)
}

export function toBoolean(from: PortType, to: BooleanType): TypeFinding {
  if (from.type === 'boolean') return match(from)
  if (from.type !== 'category') return mismatch(from, to)
  const fitting = (from.oneOf ?? []).filter((word) => parseBoolean(word) !== null)
  if (fitting.length === 0) return mismatch(from, to)
  return fitting.length === from.oneOf?.length ? adapts(from, WORDS.boolean as string) : depends(from, to)
}

/** The boolean that is written in forms and addresses as this text; null for other text. */
export function parseBoolean(text: string): boolean | null {
  const word = text.trim().toLowerCase()
  return word === 'true' ? true : word === 'false' ? false : null
}

/** The phrase for reading a value of the type from text; null if the type can't be read from text. */
export function readFromText({ type }: PortType): string | null {
  return WORDS[type] ?? null
}

const WORDS: { readonly [type in PortType['type']]?: string } = {
  number: 'is read as a number',
  boolean: 'is read as true or false',
  category: 'is taken as one of the choices',
}
