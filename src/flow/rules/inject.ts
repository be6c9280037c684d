import { type Rule, type RuleNode, text } from '../behaviour'
import { newMessage, parsePath, write } from '../message'
import { isRecord } from '../read'
import { constant } from './constant'

/** Creates a message with the properties in its list, in order. */
export const inject: Rule = (node) => {
  let message = newMessage(node.id)
  for (const { p, v, vt } of readProperties(node)) {
    if (text(p) !== '') message = write(message, parsePath(p), constant(node, v, vt))
  }
  return { wants: [], send: () => [message] }
}

interface InjectedProperty {
  p: unknown
  v: unknown
  vt: unknown
}

/**
 * Before Node-RED 1.0, flow files had only `payload` and `topic`. Newer ones may still store the values
 * there.
 */
function readProperties({ settings }: RuleNode): InjectedProperty[] {
  const payload = { p: 'payload', v: settings.payload ?? '', vt: settings.payloadType ?? 'str' }
  const topic = { p: 'topic', v: settings.topic ?? '', vt: 'str' }
  if (!Array.isArray(settings.props)) return [payload, topic]
  return settings.props.filter(isRecord).map(({ p, v, vt }) => {
    if (p === 'payload' && v === undefined) return payload
    if (p === 'topic' && v === undefined && vt === 'str') return topic
    return { p, v: v ?? '', vt: vt ?? 'str' }
  })
}
