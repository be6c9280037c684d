import type { PortType } from '../types'
import { joinAlternatives, NONE } from './alternatives'
import type { Want } from './behaviour'
import { type Message, property } from './message'

/** What a port has in one message property. */
export interface PortView {
  property: string
  /** The types that may be there; empty if it may be anything. */
  types: PortType[]
  /** Inputs: whether a message without it is an error. Outputs: whether every message has it. */
  required: boolean
  help: string
  /** The name given by the node that needs or makes it, if any. */
  name?: string
}

export function viewInput(wants: readonly Want[]): PortView[] {
  return wants.flatMap(({ property, types, required, help, name, judges }) => {
    if (judges) return []
    const view = { property, types: types.some(({ type }) => type === 'any') ? [] : [...types], required, help }
    return [name === undefined ? view : { ...view, name }]
  })
}

/** What is known about messages, `payload` first; properties that nothing is known about are left out. */
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
