import type { PortType } from '../types'
import type { Message } from './message'

/** A property that a node's input needs. */
export interface Want {
  property: string
  path: readonly string[] | null
  /** The accepted types, at least one. */
  types: readonly PortType[]
  required: boolean
  help: string
  /** The node's name for the property, if it has one. */
  name?: string
  /** If set, only pictures and label maps are checked against `types`; other values are accepted. */
  judges?: 'pictures'
}

/** A word that a node compares with a property. */
export interface Ask {
  property: string
  path: readonly string[]
  word: string
}

/** What a node does with messages, given its settings. */
export interface Behaviour {
  /** Null if it is unknown. Empty if every message is accepted. */
  wants: readonly Want[] | null
  /**
   * The messages sent by each output port for these arriving messages. Must be monotone. A missing port sends
   * unknown messages.
   */
  send(arriving: Message): readonly Message[]
  /** The node's names for its outputs, for each port: property → name. */
  names?: readonly Readonly<Record<string, string>>[]
  /** The words that it compares with. A word that can never arrive is reported as a mistake. */
  asks?: readonly Ask[]
}

/**
 * The data that a rule may read. Settings come from a file, so any of them may be missing or have the wrong
 * type.
 */
export interface RuleNode {
  id: string
  settings: Readonly<Record<string, unknown>>
  /** The number of output ports. */
  ports: number
  /** The value of an environment variable; undefined if it isn't known before the flow runs. */
  env(name: string): unknown
}

/** The behaviour of one of Node-RED's own nodes. */
export type Rule = (node: RuleNode) => Behaviour

const NO_PORTS: readonly Message[] = []

export const UNKNOWN_BEHAVIOUR: Behaviour = { wants: null, send: () => NO_PORTS }

/** Accepts any message and passes it on unchanged. */
export const PASS: Behaviour = { wants: [], send: (arriving) => [arriving] }

/** Accepts any message and changes it in the same way for all ports. */
export function changing({ ports }: RuleNode, change: (arriving: Message) => Message): Behaviour {
  return { wants: [], send: (arriving) => new Array<Message>(ports).fill(change(arriving)) }
}

export function text(value: unknown, otherwise = ''): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : otherwise
}
