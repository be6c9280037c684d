import { isString, type TypeName } from '../../types'
import { type Alternative, type Alternatives, eachAlternative, filterAlternatives, NONE, typed } from '../alternatives'
import { type Ask, type Rule, type RuleNode, text } from '../behaviour'
import { filterMessage, isNothing, type Message, parsePath, property, read, write } from '../message'
import { isRecord } from '../read'
import { known } from './constant'
import { someText } from './made-text'

/**
 * Sends each message from the ports whose rules match. The rules "is of type" and "is (not) null" restrict
 * the possible types there.
 */
export const route: Rule = (node) => {
  const { settings } = node
  const path = text(settings.propertyType, 'msg') === 'msg' ? parsePath(settings.property ?? 'payload') : null
  const rules = Array.isArray(settings.rules) ? settings.rules : []
  const asks = path ? rules.flatMap((rule) => askOf(rule, path)) : []
  return {
    wants: [],
    ...(asks.length > 0 && { asks }),
    send: (arriving) => {
      const some = filterMessage(arriving)
      return rules.map((rule) => (isRecord(rule) && path ? narrow(node, some, path, rule) : some))
    },
  }
}

/** The literal word that a rule compares with. */
function askOf(rule: unknown, path: readonly string[]): Ask[] {
  if (!isRecord(rule) || rule.t !== 'eq' || rule.vt !== 'str' || typeof rule.v !== 'string') return []
  return [{ property: path.join('.'), path, word: rule.v }]
}

function narrow(node: RuleNode, message: Message, path: string[], rule: Record<string, unknown>): Message {
  const keep = keeper(rule)
  if (!keep || isNothing(message)) return message
  const current = path.length === 1 ? property(message, path[0] ?? '') : read(message, path)
  return write(message, path, filterAlternatives(eachAlternative(current, (one) => keep(one, node))))
}

type Keeper = (one: Alternative, node: RuleNode) => Alternatives

function keeper(rule: Record<string, unknown>): Keeper | null {
  if (rule.t === 'null') return (one) => (one.kind === 'typed' ? NONE : [one])
  if (rule.t === 'nnull') return (one) => (one.kind === 'absent' ? NONE : [one])
  if (rule.t === 'eq' && rule.vt === 'str') return (one, node) => equalTo(text(rule.v), one, node)
  const wanted = rule.t === 'istype' ? text(rule.v) : ''
  const plain = PLAIN[wanted]
  if (!plain && !ASKED.has(wanted)) return null
  return (one, node) => {
    if (one.kind === 'typed' && one.type) return possible(one).includes(wanted) ? [one] : NONE
    if (one.kind === 'absent') return wanted === 'undefined' ? [one] : NONE
    if (one.kind === 'sent') return [one]
    if (plain === 'text') return someText(node.id)
    return plain ? typed({ type: plain }, node.id) : [one]
  }
}

/**
 * Text that equals a word has that word as its type. Numbers, lists and other values may be equal to one too.
 */
function equalTo(word: string, one: Alternative, node: RuleNode): Alternatives {
  if (one.type?.type !== 'text' && one.type?.type !== 'category') return [one]
  const isOther = one.type.type === 'category' && one.type.oneOf?.includes(word) === false
  return isOther ? NONE : known({ ...node, id: one.origin }, word)
}

/** The switch node's "types" that exist in the type language. */
const PLAIN: Record<string, 'text' | 'number' | 'boolean' | undefined> = {
  string: 'text',
  number: 'number',
  boolean: 'boolean',
}

/** Port type → the switch node's types that its values may have. */
const KINDS: Readonly<Record<TypeName, readonly string[]>> = {
  image: ['string', 'buffer', 'object'],
  audio: ['string', 'buffer', 'object'],
  segmentation: ['string', 'buffer', 'object'],
  text: ['string'],
  category: ['string'],
  file: ['string'],
  directory: ['string'],
  number: ['number'],
  boolean: ['boolean'],
  array: ['array'],
  vector: ['array', 'object'],
  image_point: ['array'],
  image_bounding_box: ['array'],
  image_landmarks: ['array'],
  record: ['object'],
  any: [],
}

/** All types that a switch can reliably distinguish. JSON text, for example, is excluded. */
const ASKED: ReadonlySet<string> = new Set(['undefined', ...Object.values(KINDS).flat()])

function possible({ type }: Alternative): readonly string[] {
  if (!type) return []
  if (isString(type)) return ['string']
  if (type.type === 'image' || type.type === 'audio')
    return [(type.format ?? 'value') === 'value' ? 'object' : 'buffer']
  if (type.type === 'segmentation') return ['object']
  return KINDS[type.type]
}
