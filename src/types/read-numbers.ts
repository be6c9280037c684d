import { describeType } from './describe'
import { describeValue } from './describe-value'
import type { ImageBoundingBoxType, ImagePointType, VectorType } from './port-type'
import { Refusal, refuse } from './refusal'
import { listView } from './rules/list-view'
import { asBytes, isNumberArray } from './typed-array'

/** The maximum for plain lists, which need many times the memory and time of a Float32Array. */
const MOST_LISTED = 1_000_000

/**
 * Reads a vector, a point or a box: finite numbers, as many as the type requires.
 *
 * @returns a `Float32Array` unchanged, any other list as a plain array
 */
export function readNumbers(
  type: VectorType | ImagePointType | ImageBoundingBoxType,
  value: unknown,
  { name }: { name: string },
): number[] | Float32Array {
  const isList = Array.isArray(value) || (isNumberArray(value) && !asBytes(value))
  const length = listView(type)?.length
  if (!isList || !length || value.length < length.min || value.length > length.max) return refuse(name, value, type)
  for (let i = 0; i < value.length; i++) {
    if (!Number.isFinite(value[i])) {
      const found = value[i] === undefined || value[i] === null ? 'nothing' : describeValue(value[i])
      throw new Refusal(`${name} has ${found} at index ${i}, but ${describeType(type)} is needed`)
    }
  }
  if (value instanceof Float32Array) return value
  if (value.length > MOST_LISTED)
    throw new Refusal(
      `${name} has ${value.length.toLocaleString('en')} numbers, but a list may have at most ${MOST_LISTED.toLocaleString('en')}: send a Float32Array`,
    )
  return Array.from(value as ArrayLike<number>)
}
