import { ValueError } from '../../src/types'

/** A number as the editor stores it; an empty field is `fallback`. @throws ValueError naming it and its range */
export function readNumber(
  name: string,
  value: string | number | undefined,
  fallback: number,
  min: number,
  max: number,
): number {
  if (value === undefined || value === '') return fallback
  const number = Number(value)
  if (number >= min && number <= max) return number
  throw new ValueError(`the ${name} is set to "${value}", and has to be a number from ${min} to ${max}`)
}
