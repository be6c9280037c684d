import { adapts, depends, match, mismatch } from '../finding'
import type { TypeFinding } from '../judgement'
import { labelKey } from '../labels'
import type { CategoryType, PortType } from '../port-type'
import { isPathType } from './text'

export function toCategory(from: PortType, to: CategoryType): TypeFinding {
  const choices = to.oneOf?.length ? to.oneOf : null
  if (from.type === 'text' && !choices) return match(from)
  if (!choices && isPathType(from)) return adapts(from, 'is taken by its path')
  if (from.type !== 'category') return mismatch(from, to)
  if (!choices) return match(from)
  if (!from.oneOf?.length) return depends(from, to)
  const found = from.oneOf.map((word) => findChoice(word, choices))
  const fitting = found.filter((choice) => choice !== null).length
  if (fitting === 0) return mismatch(from, to)
  if (fitting < found.length) return depends(from, to)
  const isSame = found.every((choice, i) => choice === from.oneOf?.[i])
  return isSame ? match(from) : adapts(from, "gets the input's spelling")
}

/** The choice that a word refers to, ignoring case, spaces, `-` and `_`. */
export function findChoice(word: string, choices: readonly string[]): string | null {
  if (choices.includes(word)) return word
  const key = labelKey(word)
  return choices.find((choice) => labelKey(choice) === key) ?? null
}
