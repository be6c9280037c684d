import type { PortType } from './port-type'

/**
 * The narrowest type of a value: 3 is a number from 3 to 3, 'cat' a category of one word. Null where the type language
 * has no word for it (null, functions, bytes that are no picture, …).
 */
export function typeOf(value: unknown): PortType | null {
  return typeof value === 'boolean' ? { type: 'boolean' } : null
}
