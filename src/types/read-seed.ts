import { ValueError } from './value-error'
import { quoteValue } from './words'

/**
 * Reads a seed: any number or word. A number may be written as text.
 *
 * @param name its name in errors
 * @throws ValueError
 */
export function readSeed(value: unknown, name: string): number | string {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (typeof value === 'string' && value.trim() !== '') return value.trim()
  throw new ValueError(`${name} is ${quoteValue(value)}, but must be a number or a word`)
}
