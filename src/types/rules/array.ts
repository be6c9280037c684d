import { describeType } from '../describe'
import { adapts, depends, isFit, match, mismatch, phrase } from '../finding'
import { compareIntervals } from '../interval'
import type { JudgeTypes, TypeFinding } from '../judgement'
import type { ArrayType, PortType } from '../port-type'
import { judgeItems, type ListView, listView } from './list-view'

/**
 * Compares the types of the items, then the possible lengths. A single value is accepted as a list of one.
 */
export function toArray(from: PortType, to: ArrayType, judge: JudgeTypes): TypeFinding {
  const asList = listToArray(from, to, judge)
  return asList.verdict === 'mismatch' ? (asSingle(from, to, judge) ?? asList) : asList
}

/**
 * Whether a value is accepted as a list of one, because it fits the type of the list's items but isn't a list
 * itself.
 */
export function isTakenAsOne(from: PortType, to: ArrayType, judge: JudgeTypes): boolean {
  return listToArray(from, to, judge).verdict === 'mismatch' && asSingle(from, to, judge) !== null
}

function listToArray(from: PortType, to: ArrayType, judge: JudgeTypes): TypeFinding {
  const given = listView(from)
  if (!given) return mismatch(from, to)
  const place = compareIntervals(given.length, (listView(to) as ListView).length)
  if (place === 'outside') return mismatch(from, to)
  const item = judgeItems(given, to.itemType, judge)
  if (item.verdict === 'mismatch') return itemMismatch(item, from, to)
  if (item.verdict === 'unknown' || place === 'overlapping') return depends(from, to)
  if (item.verdict === 'adapts') return { ...item, given: describeType(from), note: `each of ${item.note}` }
  return from.type === 'array' ? match(from) : adapts(from, 'is taken as a list')
}

function itemMismatch(item: TypeFinding, from: PortType, to: ArrayType): TypeFinding {
  const finding = mismatch(from, to)
  const saysEnough = describeType(from) !== describeType(to)
  return saysEnough ? finding : { ...finding, note: `each of them ${phrase(item)}` }
}

function asSingle(from: PortType, to: ArrayType, judge: JudgeTypes): TypeFinding | null {
  if (to.itemType.type === 'any' || (to.minLength ?? 0) > 1 || (to.maxLength ?? 1) < 1) return null
  const item = judge(from, to.itemType)
  return isFit(item) ? adapts(from, 'is taken as a list of one') : item.verdict === 'unknown' ? depends(from, to) : null
}
