import { isString } from '../../types'
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
import { changing, type Rule, type RuleNode, text } from '../behaviour'
import { type Message, parsePath, read, UNKNOWN_MESSAGE, write } from '../message'
import { isRecord } from '../read'
import { constant } from './constant'

/** Sets, moves, deletes and replaces properties, in the order of its rules. */
export const change: Rule = (node) => {
  const steps = readRules(node).map((rule) => compile(node, rule))
  return changing(node, (arriving) => steps.reduce((message, step) => step(message), arriving))
}

type Step = (message: Message) => Message

interface ChangeRule {
  t: string
  /** The property, and where it is stored: msg, flow or global. */
  p: string
  pt: string
  /** The new value or the target of a move, and its kind. */
  to: unknown
  tot: string
  fromt: string
}

function readRules({ settings }: RuleNode): ChangeRule[] {
  const old = { t: settings.action === 'replace' ? 'set' : settings.action, p: settings.property, to: settings.to }
  const rules = Array.isArray(settings.rules) ? settings.rules.filter(isRecord) : [old]
  return rules.map((rule: Record<string, unknown>) => {
    const shared = { t: text(rule.t), p: text(rule.p), pt: text(rule.pt, 'msg'), fromt: text(rule.fromt, 'str') }
    // before kinds were stored, a new value of "msg.x" referred to the property
    if (rule.t === 'set' && !rule.tot && typeof rule.to === 'string' && rule.to.startsWith('msg.'))
      return { ...shared, to: rule.to.slice(4), tot: 'msg' }
    return { ...shared, to: rule.to ?? '', tot: text(rule.tot, 'str') }
  })
}

function compile(node: RuleNode, rule: ChangeRule): Step {
  const at = parsePath(rule.p)
  const isMessage = rule.pt === 'msg' && rule.p !== ''
  const gone = absent(node.id)
  switch (rule.t) {
    case 'set':
      return isMessage ? (message) => write(message, at, newValue(node, rule, message)) : keep
    case 'delete':
      return isMessage ? (message) => write(message, at, gone) : keep
    case 'move': {
      const target = rule.tot === 'msg' ? parsePath(rule.to) : null
      return (message) => {
        const value = isMessage ? read(message, at) : UNKNOWN
        const without = isMessage ? write(message, at, gone) : message
        return rule.tot === 'msg' ? write(without, target, value) : without
      }
    }
    case 'change':
      return isMessage ? (message) => write(message, at, replaced(node, rule, message, read(message, at))) : keep
    default:
      return () => UNKNOWN_MESSAGE
  }
}

const keep: Step = (message) => message

function newValue(node: RuleNode, rule: ChangeRule, message: Message): Alternatives {
  return rule.tot === 'msg' ? read(message, parsePath(rule.to)) : constant(node, rule.to, rule.tot)
}

/**
 * In text, matches are replaced. A number, a boolean, or text that matches completely becomes the new value.
 */
function replaced(node: RuleNode, rule: ChangeRule, message: Message, current: Alternatives): Alternatives {
  const value = filterAlternatives(newValue(node, rule, message))
  return eachAlternative(current, (one) => {
    if (one.kind !== 'typed') return [one]
    const kind = one.type?.type
    // changed base64 may decode to anything
    if (kind === 'image' || kind === 'audio') return isString(one.type) ? UNKNOWN : [one]
    if (isString(one.type))
      return joinAlternatives(
        filterAlternatives(typed({ type: 'text' }, node.id)),
        rule.fromt === 're' && rule.tot !== 'bool' ? NONE : value,
      )
    return kind === 'number' || kind === 'boolean' ? joinAlternatives(filterAlternatives([one]), value) : [one]
  })
}
