import { isTypeName } from '../types'
import type { Mistake } from './mistakes'

const BOUNDS = [
  ['min', 'max'],
  ['minLength', 'maxLength'],
  ['minWidth', 'maxWidth'],
  ['minHeight', 'maxHeight'],
] as const

/**
 * Finds contradictions in the port types inside a value, such as a minimum above the maximum, which no value
 * would fit. A schema can't express them; the value must be valid according to its schema.
 */
export function contradictions(value: unknown, at: Mistake['at'] = []): Mistake[] {
  if (typeof value !== 'object' || value === null) return []
  const inner = Object.entries(value).flatMap(([key, one]) => contradictions(one, [...at, key]))
  return 'type' in value && isTypeName(value.type) ? [...contradictionsOf({ ...value }, at), ...inner] : inner
}

function contradictionsOf(type: Record<string, unknown>, at: Mistake['at']): Mistake[] {
  const { default: initial, min, max, oneOf, labels, defaultLabel } = type
  const found = BOUNDS.filter(([least, most]) => isAbove(type[least], type[most])).map(([least, most]) => ({
    at,
    what: `${least} (${type[least]}) must not be above ${most} (${type[most]})`,
  }))
  const words = Array.isArray(oneOf) && oneOf.every((word) => typeof word === 'string') ? oneOf : null
  const isOutside = isAbove(min, initial) || isAbove(initial, max)
  const isUnknown = typeof initial === 'string' && words !== null && !words.includes(initial)
  if (isOutside) found.push({ at, what: `default (${initial}) must be between min and max` })
  if (isUnknown) found.push({ at, what: `default (“${initial}”) must be one of the words in oneOf` })
  if (typeof defaultLabel === 'string' && Array.isArray(labels) && !labels.includes(defaultLabel))
    found.push({ at, what: `defaultLabel (“${defaultLabel}”) must be one of the labels` })
  return found
}

const isAbove = (one: unknown, other: unknown) => typeof one === 'number' && typeof other === 'number' && one > other
