import { type AudioType, type ImageType, isBuffer, isString, listView, type PortType } from '../types'
import {
  type Alternatives,
  ANYTHING,
  absent,
  eachAlternative,
  equalAlternatives,
  filterAlternatives,
  inProperty,
  joinAlternatives,
  NONE,
  typed,
  UNKNOWN,
} from './alternatives'

/** The possible contents of the messages at one place, by property. `rest` describes all other properties. */
export interface Message {
  readonly properties: ReadonlyMap<string, Alternatives>
  readonly rest: Alternatives
}

/** The maximum number of properties that are tracked. */
const MAX_PROPERTIES = 64

/** No message arrives here. */
export const NOTHING: Message = { properties: new Map(), rest: NONE }
/** Messages about which nothing is known. */
export const UNKNOWN_MESSAGE: Message = { properties: new Map(), rest: UNKNOWN }
const ANY_MESSAGE: Message = { properties: new Map(), rest: ANYTHING }

/** A message without properties, created by the node with this id. */
export function newMessage(origin: string): Message {
  return { properties: new Map(), rest: absent(origin) }
}

export function property(message: Message, name: string): Alternatives {
  return message.properties.get(name) ?? inProperty(message.rest, name)
}

export function joinMessages(a: Message, b: Message): Message {
  if (a === b || isNothing(b)) return a
  if (isNothing(a) || isAny(b)) return b
  if (isAny(a)) return a
  const properties = new Map<string, Alternatives>()
  for (const [name, value] of a.properties) properties.set(name, joinAlternatives(value, property(b, name)))
  for (const [name, value] of b.properties)
    if (!properties.has(name)) properties.set(name, joinAlternatives(property(a, name), value))
  return bounded(properties, joinAlternatives(a.rest, b.rest))
}

/** Whether there are too many possibilities to track. This can't be undone by later changes. */
function isAny({ rest }: Message): boolean {
  return rest[0]?.kind === 'anything'
}

/** The same messages after a node that forwards only some of them. */
export function filterMessage(message: Message): Message {
  const properties = new Map<string, Alternatives>()
  for (const [name, value] of message.properties) properties.set(name, filterAlternatives(value))
  return bounded(properties, filterAlternatives(message.rest))
}

export function equalMessages(a: Message, b: Message): boolean {
  if (a === b) return true
  if (a.properties.size !== b.properties.size || !equalAlternatives(a.rest, b.rest)) return false
  for (const [name, value] of a.properties) {
    const other = b.properties.get(name)
    if (!other || !equalAlternatives(value, other)) return false
  }
  return true
}

export function isNothing(message: Message): boolean {
  return message.rest.length === 0 && message.properties.size === 0
}

function bounded(properties: ReadonlyMap<string, Alternatives>, rest: Alternatives): Message {
  return properties.size > MAX_PROPERTIES || rest[0]?.kind === 'anything' ? ANY_MESSAGE : { properties, rest }
}

/**
 * The steps of a path such as `payload.image` or `payload["a b"][0]`; null if a step depends on the message.
 */
export function parsePath(path: unknown): string[] | null {
  if (typeof path !== 'string' || path.length > 1000) return null
  const steps: string[] = []
  const step = /\.?([^.[\]'"\s]+)|\[(\d+)\]|\[(?:"([^"]*)"|'([^']*)')\]/y
  while (step.lastIndex < path.length) {
    const found = step.exec(path)
    if (!found) return null
    steps.push(found[1] ?? found[2] ?? found[3] ?? found[4] ?? '')
  }
  return steps.length === 0 || steps.includes('__proto__') ? null : steps
}

/** The possible values at a path (see `parsePath`). */
export function read(message: Message, path: readonly string[] | null): Alternatives {
  if (!path) return UNKNOWN
  const [name = '', ...inner] = path
  let found = property(message, name)
  for (const step of inner)
    found = eachAlternative(found, (one) => {
      if (one.kind !== 'typed' || !one.type) return [one]
      const type = member(one.type, step)
      return type ? typed(type, one.origin) : UNKNOWN
    })
  return found
}

/**
 * Sets the path to `value`. If the path can't be followed, everything that it might refer to becomes unknown.
 */
export function write(message: Message, path: readonly string[] | null, value: Alternatives): Message {
  if (isAny(message)) return message
  if (!path) return UNKNOWN_MESSAGE
  const [name = '', ...inner] = path
  const next = inner.length === 0 ? value : writeInside(property(message, name), inner, value)
  const properties = new Map(message.properties).set(name, next)
  return properties.size > MAX_PROPERTIES ? ANY_MESSAGE : { properties, rest: message.rest }
}

/** Sets several paths in order. */
export function writeAll(message: Message, values: Iterable<[readonly string[] | null, Alternatives]>): Message {
  let result = message
  let properties: Map<string, Alternatives> | null = null
  for (const [path, value] of values) {
    const [name = '', ...inner] = path ?? []
    if (!path || inner.length > 0 || isAny(result)) {
      result = write(result, path, value)
      properties = null
      continue
    }
    if (!properties) {
      properties = new Map(result.properties)
      result = { properties, rest: result.rest }
    }
    properties.set(name, value)
  }
  return result.properties.size > MAX_PROPERTIES ? ANY_MESSAGE : result
}

function writeInside(holder: Alternatives, path: readonly string[], value: Alternatives): Alternatives {
  const [step = '', ...deeper] = path
  return eachAlternative(holder, (one) => {
    if (deeper.length > 0 || (one.kind !== 'absent' && one.type?.type !== 'record')) return UNKNOWN
    const fields = one.type?.type === 'record' ? one.type.fields : {}
    return eachAlternative(value, (inner) => {
      const { [step]: _before, ...others } = fields
      // Removing a property doesn't create its parent.
      const without = one.kind === 'absent' ? [one] : record(others, one.origin)
      if (inner.kind === 'absent') return without
      const origin = inner.origin || one.origin
      if (inner.type) return record({ ...others, [step]: inner.type }, origin)
      // The value may also be missing.
      return filterAlternatives(joinAlternatives(record({ ...others, [step]: { type: 'any' } }, origin), without))
    })
  })
}

/** `payload.length` of text, lists and Buffers. */
function lengthOf(type: PortType): PortType | null {
  if (type.type === 'record') return Object.hasOwn(type.fields, 'length') ? (type.fields.length ?? null) : null
  const isCounted = isString(type) || listView(type) || isBytes(type)
  return isCounted ? { type: 'number', min: 0 } : null
}

function isBytes(type: PortType): boolean {
  if (type.type === 'audio') return type.format === 'wav' || type.format === 'buffer'
  return type.type === 'image' && isBuffer(type.format ?? 'value')
}

function record(fields: Record<string, PortType>, origin: string): Alternatives {
  return typed({ type: 'record', fields }, origin)
}

function member(type: PortType, step: string): PortType | null {
  if (step === 'length') return lengthOf(type)
  if (type.type === 'segmentation' || (type.type === 'image' && (type.format ?? 'value') === 'value')) {
    const isSize = step === 'width' || step === 'height' || (step === 'channels' && type.type === 'image')
    const size = isSize ? (type as ImageType)[step] : undefined
    return isSize ? { type: 'number', ...(size !== undefined && { min: size, max: size }) } : null
  }
  if (type.type === 'audio') return memberOfSound(type, step)
  if (type.type === 'record') return Object.hasOwn(type.fields, step) ? (type.fields[step] ?? null) : null
  if (!/^\d+$/.test(step)) return null
  if (type.type === 'array') return type.itemType
  return type.type === 'vector' ? { type: 'number' } : null
}

function memberOfSound(type: AudioType, step: string): PortType | null {
  if ((type.format ?? 'value') !== 'value') return null
  if (step !== 'sampleRate' && step !== 'channels')
    return step === 'seconds' || step === 'frames' ? { type: 'number', min: 0 } : null
  const number = type[step]
  return { type: 'number', ...(number !== undefined && { min: number, max: number }) }
}
