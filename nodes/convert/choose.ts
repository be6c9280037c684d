import {
  type Converter,
  checkWire,
  converters,
  describeType,
  describeValue,
  isProblem,
  type PortType,
  typeOf,
  ValueError,
} from '../../src/types'

/** A converter with its settings. Null if the value fits unchanged. */
export type Choice = { converter: string; [setting: string]: unknown } | null

/**
 * Chooses the converter that turns a value into the required type.
 * @param property the value's name in errors
 * @throws ValueError if there is no such converter, or the required type isn't known
 */
export function chooseConverter(value: unknown, wanted: PortType | null, property: string): Choice {
  if (!wanted)
    throw new ValueError(
      "the next nodes don't declare what they need: open the converter and choose what it does",
      'flow',
    )
  const given = typeOf(value)
  const found = given && checkWire(given, wanted)
  if (found && !isProblem(found)) return null
  const config = found?.converter?.config ?? asText(value, wanted)?.config
  if (config) return config
  throw new ValueError(`${property} is ${describeValue(value)}, and no converter turns it into ${describeType(wanted)}`)
}

/** Treated as text, a string fits more converters than as a category. */
function asText(value: unknown, wanted: PortType): Converter | null {
  return typeof value === 'string' ? checkWire({ type: 'text' }, wanted).converter : null
}

/** The converter named in a node's settings. */
export function converterNamed(id: string) {
  const entry = converters.find((converter) => converter.id === id)
  if (entry) return entry
  throw new ValueError(`this node's converter, "${id}", does not exist: open the node and choose one`, 'flow')
}
