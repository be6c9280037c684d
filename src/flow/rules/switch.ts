import type { TypeName } from '../../types'
import { type Alternative, type Alternatives, each, filtered, NONE, typed } from '../alternatives'
import { type Rule, type RuleNode, text } from '../behaviour'
import { filterMessage, isNothing, type Message, parsePath, property, read, write } from '../message'
import { isRecord } from '../read'
import { isString } from './constant'

/** Sends each message from the ports whose rule it meets. "Is of type" and "is (not) null" say what can come out there. */
export const route: Rule = (node) => {
  const { settings } = node
  const path = text(settings.propertyType, 'msg') === 'msg' ? parsePath(settings.property ?? 'payload') : null
  const rules = Array.isArray(settings.rules) ? settings.rules : []
  return {
    wants: [],
    send: (arriving) => {
      const some = filterMessage(arriving)
      return rules.map((rule) => (isRecord(rule) && path ? narrow(node, some, path, rule) : some))
    },
  }
}

function narrow(node: RuleNode, message: Message, path: string[], rule: Record<string, unknown>): Message {
  const keep = keeper(rule)
  if (!keep || isNothing(message)) return message
  const current = path.length === 1 ? property(message, path[0] ?? '') : read(message, path)
  return write(message, path, filtered(each(current, (one) => keep(one, node))))
}

type Keeper = (one: Alternative, node: RuleNode) => Alternatives

function keeper(rule: Record<string, unknown>): Keeper | null {
  if (rule.t === 'null') return (one) => (one.kind === 'typed' ? NONE : [one])
  if (rule.t === 'nnull') return (one) => (one.kind === 'absent' ? NONE : [one])
  const wanted = rule.t === 'istype' ? text(rule.v) : ''
  const plain = PLAIN[wanted]
  if (!plain && !KINDS[wanted]) return null
  return (one, node) => {
    if (one.kind === 'typed' && one.type) return possible(one).includes(wanted) ? [one] : NONE
    if (one.kind === 'absent') return wanted === 'undefined' ? [one] : NONE
    if (one.kind === 'sent') return [one]
    return plain ? typed({ type: plain }, node.id) : [one]
  }
}

/** What a switch node calls "type" that has a word in the type language. */
const PLAIN: Record<string, 'text' | 'number' | 'boolean' | undefined> = {
  string: 'text',
  number: 'number',
  boolean: 'boolean',
}

/** What a switch node calls "type" → the port types whose values it may find to be so. */
const KINDS: Record<string, readonly TypeName[] | undefined> = {
  string: ['text', 'category', 'file', 'directory', 'image', 'segmentation'],
  number: ['number'],
  boolean: ['boolean'],
  array: ['array', 'vector', 'image_point', 'image_bounding_box', 'image_landmarks'],
  buffer: ['image', 'segmentation'],
  object: ['record', 'image', 'segmentation', 'vector'],
  undefined: [],
}

function possible({ type }: Alternative): string[] {
  if (!type) return []
  if (isString(type)) return ['string']
  if (type.type === 'image') return [(type.format ?? 'value') === 'value' ? 'object' : 'buffer']
  if (type.type === 'segmentation') return ['object']
  return Object.keys(KINDS).filter((kind) => KINDS[kind]?.includes(type.type))
}
