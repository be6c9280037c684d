import { describeValue } from '../describe-value'
import { judgeTypes } from '../judge'
import type { PortType } from '../port-type'
import { listView } from '../rules/list-view'
import { isNumberArray } from '../typed-array'
import { ValueError } from '../value-error'
import { count, quote } from '../words'
import type { ConverterEntry } from './entry'
import { numberOf, textOf } from './settings'

/**
 * Settings: `separator`, in which `\n` and `\t` are escape sequences; `field`, the field of each item to
 * write, if the items are records.
 */
export const join: ConverterEntry = {
  id: 'join',
  label: 'Join the list into text',
  wants: { type: 'array', itemType: { type: 'any' } },
  help: 'The list to join.',
  accepts: (from) => listView(from) !== null,
  settingsFor: (from, to) => {
    if (from.type !== 'array' || to.type !== 'text') return null
    const field = isWritable(from.itemType)
      ? ''
      : fieldOf(from.itemType, ({ type }) => type === 'text' || type === 'category')
    return field === null ? null : { separator: ', ', field }
  },
  gives: () => ({ type: 'text' }),
  convert: (value, settings) => {
    const field = textOf(settings.field, '')
    return listOf(value)
      .map((item, i) => {
        const part = field ? fieldValue(item, field) : item
        if (typeof part === 'string' || typeof part === 'number' || typeof part === 'boolean') return String(part)
        throw new ValueError(`item ${i} of the list is ${describeValue(part)}, which cannot be written as text`)
      })
      .join(unescaped(textOf(settings.separator, ', ')))
  },
}

/**
 * Settings: `index`, from 0, or from the end if it is negative; `field`, the field to take if the item, or
 * the value itself, is a record.
 */
export const pick: ConverterEntry = {
  id: 'pick',
  label: 'Take one item or field',
  wants: { type: 'any' },
  help: 'The list, or the record.',
  accepts: (from) => listView(from) !== null || from.type === 'record',
  settingsFor: (from, to) => {
    const item = from.type === 'array' || from.type === 'image_landmarks' ? listView(from)?.itemType : from
    if (!item || item.type === 'any') return null
    if (item !== from && suits(item, to)) return { index: 0, field: '' }
    const field = fieldOf(item, (type) => suits(type, to))
    return field === null ? null : { index: 0, field }
  },
  gives: (from, settings) => {
    const item = listView(from)?.itemType ?? from
    const field = textOf(settings.field, '')
    if (!field) return item
    return item.type === 'record' && Object.hasOwn(item.fields, field)
      ? (item.fields[field] as PortType)
      : { type: 'any' }
  },
  convert: (value, settings) => {
    const field = textOf(settings.field, '')
    const item =
      Array.isArray(value) || isNumberArray(value) ? itemAt(value as unknown[], numberOf(settings.index, 0)) : value
    if (item === value && !field) throw new ValueError(`the value is ${describeValue(value)}, not a list`)
    return field ? fieldValue(item, field) : item
  },
}

/** Whether a part needs no conversion, or has the wanted type already. */
function suits(part: PortType, to: PortType): boolean {
  const { verdict } = judgeTypes(part, to)
  return verdict === 'match' || (part.type === to.type && verdict !== 'mismatch')
}

function itemAt(list: unknown[], index: number): unknown {
  const item = list.at(index)
  if (item !== undefined) return item
  throw new ValueError(
    list.length === 0
      ? 'the list is empty'
      : `the list has only ${count(list.length, 'item')}, so there is no item ${index}`,
  )
}

/** As in Node-RED's join node, `\n` is a line break and `\t` a tab. */
function unescaped(separator: string): string {
  return separator.replace(/\\n/g, '\n').replace(/\\t/g, '\t')
}

function listOf(value: unknown): unknown[] {
  return Array.from(value as ArrayLike<unknown>)
}

function fieldValue(record: unknown, field: string): unknown {
  const value = (record as Record<string, unknown> | null | undefined)?.[field]
  if (value === undefined) throw new ValueError(`${describeValue(record)} has no ${quote(field)}`)
  return value
}

/** The first field that is suitable; null if there is none, or the type isn't a record. */
function fieldOf(type: PortType, will: (field: PortType) => boolean): string | null {
  if (type.type !== 'record') return null
  return Object.entries(type.fields).find(([, field]) => will(field))?.[0] ?? null
}

function isWritable({ type }: PortType): boolean {
  return ['text', 'category', 'number', 'boolean', 'any'].includes(type)
}
