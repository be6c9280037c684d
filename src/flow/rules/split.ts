import { isString, type PortType, typeOf } from '../../types'
import {
  type Alternative,
  type Alternatives,
  eachAlternative,
  filterAlternatives,
  joinAlternatives,
  NONE,
  typed,
  UNKNOWN,
} from '../alternatives'
import { changing, type Rule, type RuleNode, text } from '../behaviour'
import { filterMessage, type Message, parsePath, read, write } from '../message'
import { notForPictures, wantOf } from './encoded'
import { listOf, PARTS, partsOf } from './parts'

/**
 * Sends one message for each item of a list, part of a text or field of an object, and discards anything
 * else.
 */
export const split: Rule = (node) => {
  const { settings } = node
  const path = parsePath(settings.property || 'payload')
  const size = Number(settings.arraySplt ?? 1)
  const cut = cutterOf(settings)
  const change = (arriving: Message) => {
    const whole = read(arriving, path)
    const parts = eachAlternative(whole, (one) => {
      if (one.kind === 'unknown') return UNKNOWN
      if (path?.join() !== 'payload') return UNKNOWN
      if (isString(one.type)) return partsOf('string', node.id)
      return one.type?.type === 'array' ? partsOf('array', node.id, size) : UNKNOWN
    })
    const items = eachAlternative(whole, (one) =>
      isString(one.type) ? (cut ? partsOfText(one, cut) : partOfText(one)) : itemsOf(one, size),
    )
    const sent = write(write(filterMessage(arriving), PARTS, parts), path, items)
    // For an object, the property names.
    const names = text(settings.addname)
    return names === '' ? sent : write(sent, parsePath(names), UNKNOWN)
  }
  // A picture would be split into its width, its height and so on.
  return { ...changing(node, change), wants: [wantOf(text(settings.property) || 'payload', notForPictures)] }
}

function itemsOf({ kind, type, origin }: Alternative, size: number): Alternatives {
  if (kind === 'absent') return NONE
  if (type?.type === 'array') return typed(size > 1 ? listOf(type.itemType) : type.itemType, origin)
  // Typed arrays are objects, so each number becomes a message.
  if (type?.type === 'vector') return size > 1 ? UNKNOWN : typed({ type: 'number' }, origin)
  return type?.type === 'number' || type?.type === 'boolean' ? NONE : UNKNOWN
}

/**
 * The function that splits text; null if the result depends on earlier messages or on a setting that can't be
 * read.
 */
function cutterOf({ stream, splt, spltType }: RuleNode['settings']): ((whole: string) => string[]) | null {
  if (stream === true) return null
  const written = text(splt) || '\\n'
  if (spltType === 'len') {
    const length = Number.parseInt(written, 10)
    return length > 0
      ? (whole) => Array.from({ length: Math.ceil(whole.length / length) }, (_, i) => whole.substr(i * length, length))
      : null
  }
  if ((spltType ?? 'str') !== 'str') return null
  const separator = written.replace(/\\[nrt]/g, (sign) => SIGNS[sign] ?? sign)
  return separator.includes('\\') ? null : (whole) => whole.split(separator)
}

const SIGNS: Record<string, string> = { '\\n': '\n', '\\r': '\r', '\\t': '\t' }

/** The parts of those words that are known. */
function partsOfText(one: Alternative, cut: (whole: string) => string[]): Alternatives {
  const words = one.type?.type === 'category' ? (one.type.oneOf ?? []) : []
  const parts = words.flatMap(cut)
  if (parts.length === 0 || parts.length > MOST_PARTS) return partOfText(one)
  const types = parts.map(typeOf)
  const oneOf = [...new Set(types.flatMap((type) => (type?.type === 'category' ? (type.oneOf ?? []) : [])))]
  const known: (PortType | null)[] = types.filter((type) => type?.type !== 'category')
  if (oneOf.length > 0) known.push({ type: 'category', oneOf })
  const found = known.map((type) => (type ? typed(type, one.origin) : UNKNOWN)).reduce(joinAlternatives, NONE)
  return found.length > 1 ? filterAlternatives(found) : found
}

const MOST_PARTS = 100

/** Text without the separator stays unchanged. */
function partOfText(one: Alternative): Alternatives {
  const part = typed({ type: 'text' }, one.origin)
  return one.type?.type === 'text' ? part : filterAlternatives(joinAlternatives(part, [one]))
}
