import { listView, type PortType } from '../../types'
import {
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
import type { InputDeclaration } from '../declaration'
import {
  filterMessage,
  isNothing,
  joinMessages,
  type Message,
  NOTHING,
  newMessage,
  parsePath,
  read,
  UNKNOWN_MESSAGE,
  write,
} from '../message'
import { encodedInput, notForPictures, wantOf } from './encoded'
import { textMadeOf } from './made-text'
import { listOf, PARTS } from './parts'

/** Combines several messages: the parts made by a split node, or a list, text or object of what arrives. */
export const gather: Rule = (node) => {
  const { settings } = node
  const mode = text(settings.mode) || 'auto'
  const path = parsePath(settings.property || 'payload')
  const whole = settings.propertyType === 'full'
  const change = (arriving: Message): Message => {
    const some = write(filterMessage(arriving), PARTS, joinAlternatives(absent(node.id), UNKNOWN))
    if (mode === 'reduce') return write(some, ['payload'], UNKNOWN)
    const items = whole ? UNKNOWN : read(arriving, path)
    const target = whole ? ['payload'] : path
    if (mode !== 'auto') return write(some, target, build(text(settings.build) || 'array', items, node.id))
    const parts = read(arriving, PARTS)
    const payload = eachAlternative(
      parts,
      ({ type }) => putTogether(type, read(arriving, ['payload']), node.id) ?? UNKNOWN,
    )
    const joined = write(some, ['payload'], payload)
    const isKnown = parts.every(({ type }) => putTogether(type, NONE, node.id))
    return isKnown ? joined : joinMessages(joined, UNKNOWN_MESSAGE)
  }
  const made = mode === 'custom' && !whole ? ENCODED[text(settings.build)] : undefined
  return { ...changing(node, change), ...(made && { wants: [wantOf(text(settings.property) || 'payload', made)] }) }
}

/** Items joined into text or a Buffer must be text or bytes. */
const ENCODED: Record<string, InputDeclaration | undefined> = {
  string: encodedInput('dataURI'),
  buffer: encodedInput('buffer'),
}

/**
 * The result of joining the parts made by a split node, where groups of several items become a single list
 * again; null for other messages.
 */
function putTogether(parts: PortType | null, items: Alternatives, origin: string): Alternatives | null {
  const { type, len } = parts?.type === 'record' ? parts.fields : {}
  if (type?.type !== 'category' || len?.type !== 'number') return null
  const kind = type.oneOf?.[0] ?? ''
  if (kind === 'string' || (len.min ?? 1) === 1) return build(kind, items, origin)
  return eachAlternative(build(kind, items, origin), (one) => {
    const inner = one.type?.type === 'array' ? one.type.itemType : null
    if (!inner || inner.type === 'any' || inner.type === 'vector') return UNKNOWN
    return inner.type === 'array' ? typed(listOf(inner.itemType), origin) : [one]
  })
}

/** The result for items with these alternative types. A list of mixed types has no known item type. */
function build(kind: string, items: Alternatives, origin: string): Alternatives {
  if (items.length === 0) return NONE
  if (kind === 'string') return textMadeOf(items, origin)
  if (kind !== 'array') return UNKNOWN
  const some = filterAlternatives(items)
  const lists = eachAlternative(some, ({ type }) => typed(listOf(type ?? ANY), origin))
  return some.length === 1 ? lists : joinAlternatives(lists, filterAlternatives(UNKNOWN))
}

const ANY: PortType = { type: 'any' }

/**
 * Sorts lists and discards everything else. Without a property, it reorders the messages of a sequence, and
 * discards messages that aren't part of one.
 */
export const sort: Rule = (node) => {
  const { settings } = node
  if (settings.targetType !== 'msg')
    return changing(node, (arriving) => {
      const parts = read(arriving, PARTS)
      return parts.length > 0 && parts.every(({ kind }) => kind === 'absent') ? NOTHING : filterMessage(arriving)
    })
  const path = parsePath(text(settings.target) || 'payload')
  const change = (arriving: Message) => {
    const some = filterMessage(arriving)
    const lists = read(some, path).filter((one) => one.kind !== 'absent' && (!one.type || listView(one.type)))
    // A box with reordered sides isn't a box any more.
    const sorted = eachAlternative(lists, (one) => (one.type?.type === 'image_bounding_box' ? UNKNOWN : [one]))
    return lists.length === 0 ? NOTHING : write(some, path, sorted)
  }
  return { ...changing(node, change), wants: [wantOf(text(settings.target) || 'payload', notForPictures)] }
}

/**
 * Sends messages in batches, each as a sequence of its own. In interval mode, it may also send an empty
 * message with the payload null.
 */
export const batch: Rule = (node) => {
  const { mode, allowEmptySequence } = node.settings
  const parts = (message: Message) => write(filterMessage(message), PARTS, UNKNOWN)
  const empty =
    mode === 'interval' && allowEmptySequence ? parts(write(newMessage(node.id), ['payload'], UNKNOWN)) : NOTHING
  return changing(node, (arriving) => joinMessages(isNothing(arriving) ? NOTHING : parts(arriving), empty))
}
