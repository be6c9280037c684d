import type { PortType } from '../types'
import type { Message } from './message'

/** One property that a node's input port needs. */
export interface Want {
  property: string
  path: readonly string[] | null
  /** Any one of these will do; never empty. */
  types: readonly PortType[]
  required: boolean
  help: string
  /** The node's name for it, if it has one. */
  name?: string
  /** Pictures and label maps are checked against `types`; anything else is accepted. */
  judges?: 'pictures'
}

/** A word that a node looks for in a property. */
export interface Ask {
  property: string
  path: readonly string[]
  word: string
}

/** What a node does to messages, with its settings already taken into account. */
export interface Behaviour {
  /** Null: unknown. Empty: it accepts any message. */
  wants: readonly Want[] | null
  /** What each output port sends when these messages arrive. Monotone; an omitted port sends unknown messages. */
  send(arriving: Message): readonly Message[]
  /** The node's names for its outputs: by output port, property → name. */
  names?: readonly Readonly<Record<string, string>>[]
  /** Words that it looks for: one that can never arrive is a mistake. */
  asks?: readonly Ask[]
}

/** What a rule may read. Any setting may be missing or of any type: they come from a file. */
export interface RuleNode {
  id: string
  settings: Readonly<Record<string, unknown>>
  /** How many output ports it has. */
  ports: number
  /** The value of an environment variable; undefined if it isn't known before the flow runs. */
  env(name: string): unknown
}

/** How one of Node-RED's own nodes behaves. */
export type Rule = (node: RuleNode) => Behaviour

const NO_PORTS: readonly Message[] = []

export const UNKNOWN_BEHAVIOUR: Behaviour = { wants: null, send: () => NO_PORTS }

/** Takes any message and passes it on unchanged. */
export const PASS: Behaviour = { wants: [], send: (arriving) => [arriving] }

/** Takes any message and changes it the same way for every port. */
export function changing({ ports }: RuleNode, change: (arriving: Message) => Message): Behaviour {
  return { wants: [], send: (arriving) => new Array<Message>(ports).fill(change(arriving)) }
}

export function text(value: unknown, otherwise = ''): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : otherwise
}
