import { adapts, depends, match, mismatch } from '../finding'
import { compareIntervals, intervalOf } from '../interval'
import type { TypeFinding } from '../judgement'
import type { NumberType, PortType } from '../port-type'

export function toNumber(from: PortType, to: NumberType): TypeFinding {
  if (from.type === 'category') return wordsToNumber(from.oneOf, from, to)
  if (from.type !== 'number') return mismatch(from, to)
  const place = compareIntervals(intervalOf(from.min, from.max), intervalOf(to.min, to.max))
  return { inside: match, outside: mismatch, overlapping: depends }[place](from, to)
}

function wordsToNumber(oneOf: readonly string[] | undefined, from: PortType, to: NumberType): TypeFinding {
  const fitting = (oneOf ?? []).filter((word) => isInRange(parseNumber(word), to))
  if (fitting.length === 0) return mismatch(from, to)
  return fitting.length === oneOf?.length ? adapts(from, 'is read as a number') : depends(from, to)
}

/** The number in the text; null if the text is anything else. */
export function parseNumber(text: string): number | null {
  const number = text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(number) ? number : null
}

export function isInRange(value: number | null, { min, max }: NumberType): value is number {
  return value !== null && compareIntervals({ min: value, max: value }, intervalOf(min, max)) === 'inside'
}
