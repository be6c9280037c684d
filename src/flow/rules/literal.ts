import { type Alternatives, absent, UNKNOWN } from '../alternatives'
import { type Behaviour, type Rule, type RuleNode, text, UNKNOWN_BEHAVIOUR } from '../behaviour'
import { type Message, parsePath, read, write } from '../message'
import { known } from './constant'

type Step = (message: Message) => Message

/** Longer programs are hardly a list of settings. */
const LONGEST = 2000

/**
 * A function node of which each line puts a number, a word, true, false, null or another property into a property of the
 * message, and whose last line returns it. What any other program gives is not known.
 */
export const literal: Rule = (node): Behaviour => {
  const lines = linesOf(text(node.settings.func))
  const last = lines.pop()
  if (last !== 'return msg' || node.ports !== 1) return UNKNOWN_BEHAVIOUR
  const steps = lines.map((line) => stepOf(node, line))
  if (steps.includes(null)) return UNKNOWN_BEHAVIOUR
  const send = (arriving: Message) => [(steps as Step[]).reduce((message, step) => step(message), arriving)]
  return { wants: null, send }
}

/** Statements, one a line, without comments that fill a line and without the semicolons at their ends. */
function linesOf(source: string): string[] {
  if (source.length > LONGEST) return []
  const lines = source.split('\n').map((line) => line.trim().replace(/;$/, '').trim())
  return lines.filter((line) => line !== '' && !line.startsWith('//'))
}

function stepOf(node: RuleNode, line: string): Step | null {
  const [, place, value = ''] = /^msg\.([\w$.]+) = (.+)$/.exec(line) ?? []
  const path = parsePath(place)
  if (!path) return null
  const [, from] = /^msg\.([\w$.]+)$/.exec(value) ?? []
  if (from !== undefined) return (message) => write(message, path, read(message, parsePath(from)))
  const set = literalValue(node, value)
  return set && ((message) => write(message, path, set))
}

function literalValue(node: RuleNode, source: string): Alternatives | null {
  if (source === 'undefined') return absent(node.id)
  // Others make something of it, such as the text "null".
  if (source === 'null') return UNKNOWN
  if (source === 'true' || source === 'false') return known(node, source === 'true')
  if (/^-?\d+(\.\d+)?$/.test(source)) return known(node, Number(source))
  const [, , word] = /^(["'])([^"'\\]*)\1$/.exec(source) ?? []
  return word === undefined ? null : known(node, word)
}
