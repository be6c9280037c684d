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
  /** What the node calls it, where it says so. */
  name?: string
  /** Pictures and label maps are held against `types`, and everything else is taken as it comes. */
  judges?: 'pictures'
}

/** A word that a node looks for in a property. */
export interface Ask {
  property: string
  path: readonly string[]
  word: string
}

/** What a node does to messages, with its settings already looked at. */
export interface Behaviour {
  /** Null: nobody knows what it wants. Empty: it takes any message. */
  wants: readonly Want[] | null
  /** What each output port gives when these messages come in. Monotone; a port left out gives unknown messages. */
  send(arriving: Message): readonly Message[]
  /** What the node calls what it makes: by output port, property → name. */
  names?: readonly Readonly<Record<string, string>>[]
  /** Words that it looks for: one that can never come is a mistake. */
  asks?: readonly Ask[]
}

/** What a rule may look at. All settings may be missing or of any type: they come from a file. */
export interface RuleNode {
  id: string
  settings: Readonly<Record<string, unknown>>
  /** How many output ports it has. */
  ports: number
  /** The value of an environment variable; undefined if it is not known before the flow runs. */
  env(name: string): unknown
}

/** How one of Node-RED's own nodes behaves. */
export type Rule = (node: RuleNode) => Behaviour

const NO_PORTS: readonly Message[] = []

export const UNKNOWN_BEHAVIOUR: Behaviour = { wants: null, send: () => NO_PORTS }

/** Takes any message and sends it on as it came. */
export const PASS: Behaviour = { wants: [], send: (arriving) => [arriving] }

/** Takes any message and changes it the same way for every port. */
export function changing({ ports }: RuleNode, change: (arriving: Message) => Message): Behaviour {
  return { wants: [], send: (arriving) => new Array<Message>(ports).fill(change(arriving)) }
}

export function text(value: unknown, otherwise = ''): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : otherwise
}
