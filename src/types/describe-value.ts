import { describeType } from './describe'
import { bytesOfJson } from './encoded-picture'
import { ownKind } from './own-kind'
import { typeOf } from './type-of'
import { asBytes } from './typed-array'
import { count } from './words'

/** A value in plain words: `3`, `the text "cat"`, `a list of 511 numbers`, `an empty Buffer`. */
export function describeValue(value: unknown): string {
  const type = typeOf(value)
  if (type) return describeType(type)
  if (value === null || value === undefined) return 'missing'
  const bytes = asBytes(value) ?? (typeof value === 'object' ? bytesOfJson(value) : null)
  if (bytes)
    return bytes.length === 0
      ? 'an empty Buffer'
      : `a Buffer of ${count(bytes.length, 'byte')} that is neither a picture nor a sound`
  if (typeof value === 'number') return `${value}`
  const own = ownKind(value)
  if (own === 'Promise') return 'a Promise, which a function node must await first'
  if (own) return `${/^[AE]/.test(own) ? 'an' : 'a'} ${own}`
  return typeof value === 'object' ? 'an object that cannot be read' : `a ${typeof value}`
}
