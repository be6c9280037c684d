import { match } from '../finding'
import { type Interval, intervalOf } from '../interval'
import type { JudgeTypes, TypeFinding } from '../judgement'
import type { PortType } from '../port-type'

/** A type seen as a list: the type of its items, and the range of its length. */
export interface ListView {
  itemType: PortType
  length: Interval
}

/** Null for types that aren't lists. */
export function listView(type: PortType): ListView | null {
  switch (type.type) {
    case 'array':
      return { itemType: type.itemType, length: intervalOf(type.minLength ?? 0, type.maxLength) }
    case 'vector':
      return { itemType: { type: 'number' }, length: anyOrExactly(type.length) }
    case 'image_point':
      return { itemType: { type: 'number' }, length: anyOrExactly(2) }
    case 'image_bounding_box':
      return { itemType: { type: 'number' }, length: anyOrExactly(4) }
    case 'image_landmarks':
      return { itemType: { type: 'image_point' }, length: anyOrExactly(type.length) }
    case 'image':
    case 'audio':
    case 'segmentation':
    case 'text':
    case 'category':
    case 'number':
    case 'boolean':
    case 'record':
    case 'file':
    case 'directory':
    case 'any':
      return null
  }
}

/** Compares the types of the items. An empty list always fits. */
export function judgeItems({ itemType, length }: ListView, wanted: PortType, judge: JudgeTypes): TypeFinding {
  return length.max === 0 ? match(itemType) : judge(itemType, wanted)
}

function anyOrExactly(length: number | undefined): Interval {
  return intervalOf(length ?? 0, length)
}
