import { type PortType, typeOf } from '../../types'
import { type Alternatives, typed, UNKNOWN } from '../alternatives'
import { type RuleNode, text } from '../behaviour'

/**
 * The value of a typed field in the editor (`value` with the type `kind`: str, num, bool, json, date, bin,
 * env, …). `msg` is left to the caller, which has the message.
 */
export function constant(node: RuleNode, value: unknown, kind: unknown): Alternatives {
  switch (kind) {
    case 'str':
      return known(node, String(value ?? ''))
    case 'num': {
      const number = Number(value)
      return Number.isNaN(number) ? UNKNOWN : known(node, number)
    }
    case 'bool':
      return known(node, /^true$/i.test(String(value)))
    case 'json':
      return parsed(node, value)
    case 'date':
      if (value === 'object') return UNKNOWN
      return typed(text(value) === '' ? NUMBER : TEXT, node.id)
    case 'env': {
      const found = /^[^\s${}]+$/.test(text(value)) ? node.env(text(value)) : undefined
      return found === undefined ? UNKNOWN : known(node, found)
    }
    default: // bin (may be the bytes of a picture), flow, global, jsonata, and types added by other versions
      return UNKNOWN
  }
}

const NUMBER: PortType = { type: 'number' }
const TEXT: PortType = { type: 'text' }

/** The type of a value that is known before the flow runs. */
export function known(node: RuleNode, value: unknown): Alternatives {
  const type = typeof value === 'object' ? typeOf(value) : typeOfPlain(value)
  return type ? typed(type, node.id) : UNKNOWN
}

/** Cached, because the same few words and numbers occur in many nodes. */
const plainTypes = new Map<unknown, PortType | null>()
const PLAIN_TYPES = 1000

function typeOfPlain(value: unknown): PortType | null {
  const found = plainTypes.get(value)
  if (found !== undefined) return found
  const type = typeOf(value)
  if (plainTypes.size >= PLAIN_TYPES) plainTypes.clear()
  plainTypes.set(value, type)
  return type
}

/** The type of the value in JSON text. */
export function parsed(node: RuleNode, json: unknown): Alternatives {
  try {
    return known(node, JSON.parse(text(json)))
  } catch {
    return UNKNOWN
  }
}
