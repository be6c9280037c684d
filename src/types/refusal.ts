import { describeType } from './describe'
import { describeValue } from './describe-value'
import { phrase } from './finding'
import { judgeTypes } from './judge'
import { describeLost } from './lost-pixels'
import type { PortType } from './port-type'
import { typeOf } from './type-of'
import { ValueError } from './value-error'

/** A `ValueError` whose message is complete, including the input's name at its start. */
export class Refusal extends ValueError {}

/** Refuses a value, describing the types in the same words as `checkWire`. */
export function refuse(name: string, value: unknown, type: PortType): never {
  const lost = describeLost(value)
  if (lost) throw new Refusal(`${name} is ${lost}`)
  const given = typeOf(value)
  const finding = given && judgeTypes(given, type)
  if (finding?.verdict === 'mismatch') throw new Refusal(`${name} is ${phrase(finding)}`)
  throw new Refusal(`${name} is ${describeValue(value)}, but ${describeType(type)} is needed`)
}
