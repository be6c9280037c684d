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

/** What is done to a value: null if it fits unchanged. */
export type Choice = { converter: string; [setting: string]: unknown } | null

/**
 * Chooses the converter that turns a value into what is needed.
 *
 * @param property what the value is called in an error
 * @throws ValueError if there is none, or nobody says what is needed
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

/** Text is a wider type than its words, so more converters work on it. */
function asText(value: unknown, wanted: PortType): Converter | null {
  return typeof value === 'string' ? checkWire({ type: 'text' }, wanted).converter : null
}

/** The converter that a node's settings name. */
export function converterNamed(id: string) {
  const entry = converters.find((converter) => converter.id === id)
  if (entry) return entry
  throw new ValueError(`this node's converter, "${id}", does not exist: open the node and choose one`, 'flow')
}
