import { type Alternatives, absent, eachAlternative, typed, UNKNOWN } from '../alternatives'
import { type Behaviour, type Rule, type RuleNode, text, UNKNOWN_BEHAVIOUR } from '../behaviour'
import { joinMessages, type Message, NOTHING, newMessage, read, UNKNOWN_MESSAGE, write } from '../message'
import { known } from './constant'
import { type Expression, readProgram } from './program'

/**
 * A function node that only sets properties to constants or to other properties, and returns the message or
 * new ones, one or a list for its outputs. The outputs of any other program are unknown.
 */
export const literal: Rule = (node): Behaviour => {
  const program = readProgram(text(node.settings.func))
  if (!program || sendsElsewhere(node) || changesShared(program.sets)) return UNKNOWN_BEHAVIOUR
  const { sets, returns } = program
  return {
    wants: null,
    send(arriving) {
      const message = sets.reduce((before, { path, value }) => {
        const put = whatIs(node, value, before)
        return write(before, path, path.length > 1 ? asMember(put) : put)
      }, arriving)
      const perPort = returns.kind === 'list' ? returns.items : [returns]
      return Array.from({ length: node.ports }, (_, port) => messageOf(node, perPort[port], message))
    },
  }
}

/** The programs that run on start and stop may send messages too. */
function sendsElsewhere({ settings }: RuleNode): boolean {
  return [settings.initialize, settings.finalize].some((program) => text(program).includes('send'))
}

/** If two properties refer to the same object, a change of one also changes the other. */
function changesShared(sets: readonly { path: readonly string[]; value: Expression }[]): boolean {
  return sets.some(({ path }) => path.length > 1) && sets.some(({ value }) => readsMessage(value))
}

function readsMessage(value: Expression): boolean {
  if (value.kind === 'list') return value.items.some(readsMessage)
  if (value.kind === 'object') return value.fields.some(([, field]) => readsMessage(field))
  return value.kind === 'message'
}

function messageOf(node: RuleNode, value: Expression | undefined, message: Message): Message {
  switch (value?.kind) {
    case 'message':
      return value.path.length === 0 ? message : UNKNOWN_MESSAGE
    case 'object':
      return value.fields.reduce(
        (made, [name, field]) => write(made, [name], whatIs(node, field, message)),
        newMessage(node.id),
      )
    case 'list':
      return value.items.reduce((all, one) => joinMessages(all, messageOf(node, one, message)), NOTHING)
    default: // it sends nothing, or something that isn't a message
      return NOTHING
  }
}

function whatIs(node: RuleNode, value: Expression, message: Message): Alternatives {
  if (value.kind === 'undefined') return absent(node.id)
  if (value.kind === 'message') return value.path.length > 0 ? read(message, value.path) : UNKNOWN
  const plain = plainValue(value)
  // Other nodes convert null to something else, such as the text "null".
  if (plain !== undefined) return plain === null ? UNKNOWN : known(node, plain)
  if (value.kind !== 'object') return UNKNOWN
  const empty = write(NOTHING, HELD, typed({ type: 'record', fields: {} }, node.id))
  const made = value.fields.reduce(
    (holder, [name, field]) => write(holder, [...HELD, name], asMember(whatIs(node, field, message))),
    empty,
  )
  return read(made, HELD)
}

/** Assigning a missing value still creates the property, as undefined. */
function asMember(value: Alternatives): Alternatives {
  return eachAlternative(value, (one) => (one.kind === 'absent' ? UNKNOWN : [one]))
}

const HELD = ['payload']

/** The value, if it doesn't depend on the message; otherwise undefined. */
function plainValue(value: Expression): unknown {
  if (value.kind === 'value') return value.value
  if (value.kind === 'list') {
    const items = value.items.map(plainValue)
    return items.includes(undefined) ? undefined : items
  }
  if (value.kind !== 'object') return undefined
  const fields = value.fields.map(([name, field]) => [name, plainValue(field)] as const)
  return fields.some(([, field]) => field === undefined) ? undefined : Object.fromEntries(fields)
}
