import { describeType } from '../describe'
import { adapts, depends, isFit, match, mismatch, phrase } from '../finding'
import { compareIntervals } from '../interval'
import { judge } from '../judge'
import type { Finding } from '../judgement'
import type { ArrayType, PortType } from '../port-type'
import { type ListView, listView } from './list-view'

/** Items decide, then how many there can be; a single value is taken as a list of one. */
export function toArray(from: PortType, to: ArrayType): Finding {
  const given = listView(from)
  const asList = given ? listToArray(given, from, to) : mismatch(from, to)
  return asList.verdict === 'mismatch' ? (asSingle(from, to) ?? asList) : asList
}

function listToArray(given: ListView, from: PortType, to: ArrayType): Finding {
  const place = compareIntervals(given.length, (listView(to) as ListView).length)
  if (place === 'outside') return mismatch(from, to)
  const item = judge(given.itemType, to.itemType)
  if (item.verdict === 'mismatch') return itemMismatch(item, from, to)
  if (item.verdict === 'unknown' || place === 'overlapping') return depends(from, to)
  if (item.verdict === 'adapts') return { ...item, given: describeType(from), note: `each of ${item.note}` }
  return from.type === 'array' ? match(from) : adapts(from, 'is taken as a list')
}

function itemMismatch(item: Finding, from: PortType, to: ArrayType): Finding {
  const finding = mismatch(from, to)
  const saysEnough = describeType(from) !== describeType(to)
  return saysEnough ? finding : { ...finding, note: `each of them ${phrase(item)}` }
}

function asSingle(from: PortType, to: ArrayType): Finding | null {
  if (to.itemType.type === 'any' || (to.minLength ?? 0) > 1 || (to.maxLength ?? 1) < 1) return null
  const item = judge(from, to.itemType)
  return isFit(item) ? adapts(from, 'is taken as a list of one') : item.verdict === 'unknown' ? depends(from, to) : null
}
