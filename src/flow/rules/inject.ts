import { type Rule, type RuleNode, text } from '../behaviour'
import { newMessage, parsePath, write } from '../message'
import { isRecord } from '../read'
import { constant } from './constant'

/** Makes a message with the properties of its list, in order. */
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

/** Flow files from before Node-RED 1.0 have only `payload` and `topic`; newer ones may keep their values there. */
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
