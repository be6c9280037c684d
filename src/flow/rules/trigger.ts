import { type Alternatives, absent, typed } from '../alternatives'
import { type Rule, type RuleNode, text } from '../behaviour'
import { joinMessages, type Message, NOTHING, write } from '../message'
import { constant } from './constant'

/** Sends one message at once and another one later, from one port or two; each with a fixed payload or the arriving one. */
export const trigger: Rule = (node) => {
  const { settings } = node
  const first = payload(node, settings.op1 ?? '1', text(settings.op1type) || 'str')
  const isLoop = Number.parseFloat(text(settings.duration)) < 0
  const second = isLoop ? null : payload(node, settings.op2 ?? '0', text(settings.op2type) || 'str')
  return {
    wants: [],
    send: (arriving) => {
      const now = first ? first(arriving) : NOTHING
      const later = second ? second(arriving) : NOTHING
      return Number(settings.outputs) === 2 ? [now, later] : [joinMessages(now, later)]
    },
  }
}

/** What is sent; null: nothing. */
function payload(node: RuleNode, value: unknown, kind: string): ((arriving: Message) => Message) | null {
  if (kind === 'nul') return null
  if (kind === 'pay' || kind === 'payl') return (arriving) => arriving
  const set = fixed(node, value, kind)
  return (arriving) => write(arriving, ['payload'], set)
}

function fixed(node: RuleNode, value: unknown, kind: string): Alternatives {
  // its date is always the time in milliseconds; "val" is how its first versions stored a text, true, false or null
  if (kind === 'date') return typed({ type: 'number' }, node.id)
  if (kind === 'null' || (kind === 'val' && value === 'null')) return absent(node.id)
  if (kind === 'val') return constant(node, value, value === 'true' || value === 'false' ? 'bool' : 'str')
  if (kind === 'str' && text(value).includes('{{')) return typed({ type: 'text' }, node.id)
  return constant(node, value, kind)
}
