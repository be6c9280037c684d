import { isString, type PortType } from '../../types'
import { eachAlternative, filterAlternatives, joinAlternatives, typed, UNKNOWN } from '../alternatives'
import { changing, type Rule, type RuleNode, text } from '../behaviour'
import { filterMessage, type Message, parsePath, read, write } from '../message'
import { known, parsed } from './constant'
import { encodedInput, notForPictures, wantOf } from './encoded'
import { isOnlyFilledIn, someText, textMadeOf } from './made-text'

/** JSON and YAML: parses text, and converts anything else that can be serialised to text. */
function textOrObject(node: RuleNode, action: string) {
  const property = text(node.settings.property) || 'payload'
  const path = parsePath(property)
  // input that can't be parsed isn't sent on
  const change = (arriving: Message) =>
    write(
      filterMessage(arriving),
      path,
      eachAlternative(read(arriving, path), (one) => {
        if (one.kind === 'absent') return [one]
        const becomesText = typed({ type: 'text' }, node.id)
        // if it is missing, it stays missing
        if (one.kind !== 'typed')
          return action === 'str' ? joinAlternatives(becomesText, filterAlternatives(UNKNOWN)) : UNKNOWN
        if (isString(one.type)) return action === 'str' ? [one] : UNKNOWN
        if (isPlain(one.type)) return action === 'obj' ? [one] : becomesText
        return UNKNOWN
      }),
    )
  return { ...changing(node, change), wants: [wantOf(property, encodedInput('dataURI'))] }
}

export const json: Rule = (node) => textOrObject(node, text(node.settings.action))
export const yaml: Rule = (node) => textOrObject(node, '')

/**
 * Whether values can be serialised meaningfully. Pictures and sounds can't: only their summary would be left.
 */
function isPlain(type: PortType | null): boolean {
  return type !== null && type.type !== 'image' && type.type !== 'segmentation' && type.type !== 'audio'
}

/** Converts text to records, in one or several messages, and records to text. */
export const csv: Rule = (node) => {
  const { settings } = node
  const columns = settings.hdrin === true ? [] : text(settings.temp).split(',')
  const names = columns.map((name) => name.replaceAll('"', '').trim()).filter((name) => name !== '')
  const fields = Object.fromEntries(names.map((name) => [name, { type: 'any' }] as const))
  const rows = (itemType: PortType) =>
    typed(settings.multi === 'mult' ? { type: 'array', itemType } : itemType, node.id)
  // Empty cells are left out.
  const table =
    names.length > 0
      ? filterAlternatives(joinAlternatives(rows({ type: 'record', fields }), rows({ type: 'record', fields: {} })))
      : rows({ type: 'any' })
  const change = (arriving: Message) => {
    const payload = eachAlternative(read(arriving, ['payload']), (one) => {
      if (one.kind !== 'typed') return one.kind === 'absent' ? [one] : UNKNOWN
      if (isString(one.type)) return table
      return one.type?.type === 'record' || one.type?.type === 'array' ? textMadeOf([one], node.id) : UNKNOWN
    })
    return ['columns', 'parts', 'complete'].reduce(
      (message, extra) => write(message, [extra], UNKNOWN),
      write(filterMessage(arriving), ['payload'], payload),
    )
  }
  return { ...changing(node, change), wants: [wantOf('payload', notForPictures)] }
}

/** Fills properties into text, which may then be parsed as JSON or YAML. */
export const template: Rule = (node) => {
  const { settings } = node
  const source = text(settings.template)
  const output = text(settings.output) || 'str'
  const wants = settings.syntax === 'plain' ? [] : namedIn(source).map((name) => wantOf(name, encodedInput('dataURI')))
  if (text(settings.fieldType, 'msg') !== 'msg') return { ...changing(node, (arriving) => arriving), wants }
  const path = parsePath(settings.field || 'payload')
  const isFixed = source !== '' && (settings.syntax === 'plain' || !source.includes('{{'))
  let result = UNKNOWN
  if (output === 'str') result = isFixed ? known(node, source) : typed({ type: 'text' }, node.id)
  else if (output === 'json' && isFixed) result = parsed(node, source)
  const isFilledIn = output === 'str' && settings.syntax !== 'plain' && isOnlyFilledIn(source)
  const filled = (arriving: Message) => {
    if (!isFilledIn) return result
    const found = wants.map((want) => read(arriving, want.path))
    return hasBlocks(source) ? someText(node.id) : textMadeOf(found.flat(), node.id)
  }
  return { ...changing(node, (arriving) => write(arriving, path, filled(arriving))), wants }
}

/** The properties that a template refers to, such as `{{payload}}` or `{{{image}}}`, outside sections. */
function namedIn(template: string): string[] {
  const tags = template.slice(0, LONGEST).matchAll(/\{\{[{&]?\s*([A-Za-z_$][\w$.]*)\s*\}?\}\}/g)
  return [...new Set([...tags].map(([, name = '']) => name))].slice(0, 20)
}

/** Whether the template has sections or partials, which may contain anything. */
function hasBlocks(template: string): boolean {
  return /\{\{\s*[#^>]/.test(template)
}

const LONGEST = 100_000
