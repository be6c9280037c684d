import { isString, type PortType } from '../../types'
import {
  type Alternative,
  type Alternatives,
  absent,
  eachAlternative,
  filterAlternatives,
  joinAlternatives,
  NONE,
  typed,
  UNKNOWN,
} from '../alternatives'
import { changing, type Rule, text } from '../behaviour'
import { filterMessage, joinMessages, parsePath, read, UNKNOWN_MESSAGE, write } from '../message'
import { holdsPicture } from './encoded'

/** `msg.parts.type`: how the join node later knows what to put together. */
const PARTS = ['parts']
const partsOf = (kind: 'array' | 'string', origin: string): Alternatives =>
  typed({ type: 'record', fields: { type: { type: 'category', oneOf: [kind] } } }, origin)

/** One message for each item of a list, part of a text or field of an object; what cannot be split is not sent on. */
export const split: Rule = (node) => {
  const path = parsePath(node.settings.property || 'payload')
  const several = Number(node.settings.arraySplt ?? 1) > 1
  return changing(node, (arriving) => {
    const whole = read(arriving, path)
    const parts = eachAlternative(whole, (one) => {
      if (one.kind === 'unknown') return UNKNOWN
      const kind = one.type?.type
      if (path?.join() !== 'payload') return UNKNOWN
      if (isString(one.type)) return partsOf('string', node.id)
      return kind === 'array' || kind === 'vector' ? partsOf('array', node.id) : UNKNOWN
    })
    const items = eachAlternative(whole, (one) => {
      if (one.kind === 'absent') return NONE
      const type = one.type
      if (isString(type)) return partOfText(one)
      if (type?.type === 'array') return typed(several ? listOf(type.itemType) : type.itemType, one.origin)
      if (type?.type === 'vector') return several ? UNKNOWN : typed({ type: 'number' }, one.origin)
      return type?.type === 'number' || type?.type === 'boolean' ? NONE : UNKNOWN
    })
    return write(write(arriving, PARTS, parts), path, items)
  })
}

/** Text without the separator goes on as it came. */
function partOfText(one: Alternative): Alternatives {
  const part = typed({ type: 'text' }, one.origin)
  return one.type?.type === 'text' ? part : filterAlternatives(joinAlternatives(part, [one]))
}

/** Puts several messages together: what was split before, or a list, text or an object of what comes. */
export const gather: Rule = (node) => {
  const { settings } = node
  const mode = text(settings.mode) || 'auto'
  const path = parsePath(settings.property || 'payload')
  const whole = settings.propertyType === 'full'
  return changing(node, (arriving) => {
    const some = write(filterMessage(arriving), PARTS, joinAlternatives(absent(node.id), UNKNOWN))
    if (mode === 'reduce') return write(some, ['payload'], UNKNOWN)
    const items = whole ? UNKNOWN : read(arriving, path)
    const target = whole ? ['payload'] : path
    if (mode !== 'auto') return write(some, target, build(text(settings.build) || 'array', items, node.id))
    const kinds = read(arriving, ['parts', 'type'])
    const payload = eachAlternative(kinds, ({ type }) =>
      type?.type === 'category' ? build(type.oneOf?.[0] ?? '', read(arriving, ['payload']), node.id) : UNKNOWN,
    )
    const joined = write(some, ['payload'], payload)
    return kinds.every((kind) => kind.type?.type === 'category') ? joined : joinMessages(joined, UNKNOWN_MESSAGE)
  })
}

/** What comes of items that may each be any of these. A list of several kinds is not known to be a list of one. */
function build(kind: string, items: Alternatives, origin: string): Alternatives {
  if (items.length === 0) return NONE
  // Of one text that is a picture comes the same text.
  if (kind === 'string') {
    const joined = typed({ type: 'text' }, origin)
    return items.some(({ type }) => type && holdsPicture(type)) ? joinAlternatives(joined, UNKNOWN) : joined
  }
  if (kind !== 'array') return UNKNOWN
  const some = filterAlternatives(items)
  const lists = eachAlternative(some, ({ type }) => typed(listOf(type ?? ANY), origin))
  return some.length === 1 ? lists : joinAlternatives(lists, filterAlternatives(UNKNOWN))
}

const ANY: PortType = { type: 'any' }
const lists = new WeakMap<PortType, PortType>()

function listOf(item: PortType): PortType {
  const list = lists.get(item) ?? { type: 'array', itemType: item }
  lists.set(item, list)
  return list
}
