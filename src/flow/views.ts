import type { PortType } from '../types'
import { joinAlternatives, NONE } from './alternatives'
import type { Want } from './behaviour'
import { type Message, property } from './message'

/** The possible contents of a message property at a port. */
export interface PortView {
  property: string
  /** The possible types; empty if it can be anything. */
  types: PortType[]
  /**
   * For inputs: whether a message without the property is an error. For outputs: whether every message has
   * the property.
   */
  required: boolean
  help: string
  /** The name that the sending or receiving node gives it, if any. */
  name?: string
}

export function viewInput(wants: readonly Want[]): PortView[] {
  return wants.flatMap(({ property, types, required, help, name, judges }) => {
    if (judges) return []
    const view = { property, types: types.some(({ type }) => type === 'any') ? [] : [...types], required, help }
    return [name === undefined ? view : { ...view, name }]
  })
}

/**
 * The known properties of messages, with `payload` first. Properties about which nothing is known are left
 * out.
 */
export function viewOutput(messages: readonly Message[]): PortView[] {
  const names = new Set(messages.flatMap(({ properties }) => [...properties.keys()]))
  const views: PortView[] = []
  for (const name of ['payload', ...names].filter((name, i) => i === 0 || name !== 'payload')) {
    const found = messages.reduce((set, message) => joinAlternatives(set, property(message, name)), NONE)
    const types = new Set(found.flatMap(({ type }) => type ?? []))
    if (types.size === 0 || !found.every(({ kind }) => kind === 'typed' || kind === 'absent')) continue
    views.push({ property: name, types: [...types], required: found.every(({ type }) => type), help: '' })
  }
  return views
}
