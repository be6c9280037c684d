import { type PortType, parseNumber } from '../../types'
import {
  type Alternative,
  type Alternatives,
  eachAlternative,
  filterAlternatives,
  NONE,
  typed,
  UNKNOWN,
} from '../alternatives'
import { type Behaviour, changing, type Rule, type RuleNode, text } from '../behaviour'
import type { NodeDeclaration } from '../declaration'
import { declaredBehaviour } from '../declared'
import { filterMessage, joinMessages, type Message, NOTHING, parsePath, read, write } from '../message'
import { notForPictures, wantOf } from './encoded'

/** A node that behaves as declared, but passes on messages without its property unchanged. */
export function whenThere(declaration: NodeDeclaration): Rule {
  return (node) => passingAbsent(declaredBehaviour(declaration, node), node)
}

function passingAbsent(behaviour: Behaviour, node: RuleNode): Behaviour {
  const path = pathOf(node)
  // input that can't be parsed isn't sent on
  const sendSome = (arriving: Message) => behaviour.send(filterMessage(arriving))
  return {
    ...behaviour,
    send(arriving) {
      const [without, rest] = apart(arriving, path)
      if (!without) return sendSome(arriving)
      if (!rest) return new Array<Message>(node.ports).fill(without)
      // It is possible that no value can be read. If it isn't known whether the property exists, either kind
      // of message may be missing.
      const isOpen = read(arriving, path).some(({ kind }) => kind === 'unknown')
      const others = isOpen ? filterMessage(without) : without
      return sendSome(rest).map((message) => joinMessages(filterMessage(message), others))
    },
  }
}

/** Splits messages into those that may lack a property and those that may have it; null if there are none. */
function apart(arriving: Message, path: readonly string[] | null): [without: Message | null, rest: Message | null] {
  const found = read(arriving, path)
  const gone = [
    ...found.filter(({ kind }) => kind === 'absent'),
    ...filterAlternatives(found.filter(({ kind }) => kind === 'unknown')),
  ]
  if (gone.length === 0) return [null, arriving]
  const rest = found.filter(({ kind }) => kind !== 'absent')
  if (rest.length === 0) return [write(arriving, path, gone), null]
  // The other properties aren't split: each kind may have any of them.
  return [write(filterMessage(arriving), path, gone), write(arriving, path, rest)]
}

/** Converts numbers, and text that is a number, to other numbers, and discards anything else. */
export const range: Rule = (node) => {
  const path = pathOf(node)
  const { minin, maxin, minout, maxout } = node.settings
  // An incomplete or empty interval gives NaN.
  const size = (Number(maxout) - Number(minout)) / (Number(maxin) - Number(minin))
  const number: Alternatives = Number.isFinite(size) ? typed({ type: 'number' }, node.id) : UNKNOWN
  const change = (arriving: Message) =>
    write(
      arriving,
      path,
      eachAlternative(read(arriving, path), ({ type }) => (type && !isNumeric(type) ? NONE : number)),
    )
  const wants = [wantOf(text(node.settings.property) || 'payload', notForPictures)]
  return passingAbsent({ ...changing(node, change), wants }, node)
}

function isNumeric(type: PortType): boolean {
  if (type.type === 'category')
    return !type.oneOf || type.oneOf.some((word) => word === '' || parseNumber(word) !== null)
  return !['image', 'segmentation', 'audio', 'record'].includes(type.type)
}

/** Whether a value may be, or begin with, a number, such as "3.png". */
function beginsWithNumber(type: PortType): boolean {
  if (type.type === 'category') return !type.oneOf || type.oneOf.some((word) => !Number.isNaN(Number.parseFloat(word)))
  if (type.type === 'image') return type.format === 'file'
  return type.type === 'array' || (type.type !== 'boolean' && isNumeric(type))
}

/**
 * Passes on values that differ, or differ sufficiently, from the previous one. Discards messages without the
 * property.
 */
export const filter: Rule = (node) => {
  const path = pathOf(node)
  const isByValue = ['', 'rbe', 'rbei'].includes(text(node.settings.func))
  const isKept = ({ type }: Alternative) => isByValue || !type || beginsWithNumber(type)
  return changing(node, (arriving) => {
    const [, rest] = apart(filterMessage(arriving), path)
    if (!rest) return NOTHING
    const found = read(rest, path)
    const kept = found.filter(isKept)
    return kept.length === found.length ? rest : kept.length === 0 ? NOTHING : write(rest, path, kept)
  })
}

function pathOf({ settings }: RuleNode): string[] | null {
  return parsePath(text(settings.property) || 'payload')
}
