import { type Alternatives, typed, UNKNOWN } from '../alternatives'
import { type Rule, type RuleNode, text } from '../behaviour'
import { filterMessage, joinMessages, type Message, NOTHING, write } from '../message'
import { constant } from './constant'
import { isOnlyFilledIn, someText } from './made-text'

/**
 * Sends a message immediately and another one later, from one or two ports, each with a fixed payload or the
 * arriving one. If the duration is 0, it waits for a reset. If it is negative, it repeats the first message
 * and never sends the second.
 */
export const trigger: Rule = (node) => {
  const { settings } = node
  // like Node-RED: an empty field means the default
  const first = payload(node, settings.op1 || '1', text(settings.op1type) || 'str', '1')
  const duration = Number.parseFloat(text(settings.duration))
  const isOnce = duration === 0 && !settings.overrideDelay
  const hasSecond = !(duration < 0) && !isOnce
  const second = hasSecond ? payload(node, settings.op2 || '0', text(settings.op2type) || 'str', '0') : null
  return {
    wants: [],
    send: (arriving) => {
      // messages that arrive while it waits are discarded
      const some = filterMessage(arriving)
      const now = first ? first(some) : NOTHING
      const sent = second ? second(some) : NOTHING
      // with 0, a message may still set the duration
      const later = duration === 0 ? filterMessage(sent) : sent
      return Number(settings.outputs) === 2 ? [now, later] : [joinMessages(now, later)]
    },
  }
}

/** The message to send; null for none. */
function payload(
  node: RuleNode,
  value: unknown,
  kind: string,
  preset: string,
): ((arriving: Message) => Message) | null {
  if (kind === 'nul') return null
  if (kind === 'pay' || kind === 'payl') return (arriving) => arriving
  const set = fixed(node, value, kind, preset)
  return (arriving) => write(arriving, ['payload'], set)
}

function fixed(node: RuleNode, value: unknown, kind: string, preset: string): Alternatives {
  if (kind === 'date') return constant(node, value === preset ? '' : value, kind)
  // the first versions stored text, true, false and null as "val"
  if (kind === 'null' || (kind === 'val' && value === 'null')) return UNKNOWN
  if (kind === 'val') return constant(node, value, value === 'true' || value === 'false' ? 'bool' : 'str')
  if (kind === 'str' && text(value).includes('{{'))
    return isOnlyFilledIn(text(value)) ? someText(node.id) : typed({ type: 'text' }, node.id)
  return constant(node, value, kind)
}
