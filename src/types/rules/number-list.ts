import { adapts, depends, match, mismatch } from '../finding'
import { compareIntervals } from '../interval'
import type { Finding } from '../judgement'
import type { ImageBoundingBoxType, ImagePointType, PortType, VectorType } from '../port-type'
import { listView } from './list-view'

/** Vectors, points and boxes are lists of numbers: their lengths decide. */
export function toNumberList(from: PortType, to: VectorType | ImagePointType | ImageBoundingBoxType): Finding {
  const given = listView(from)
  const wanted = listView(to)
  if (!given || !wanted) return mismatch(from, to)
  if (given.itemType.type === 'any') return depends(from, to)
  if (given.itemType.type !== 'number') return mismatch(from, to)
  if (from.type === 'vector' && from.fitted && from.length === undefined && to.type === 'vector') return match(from)
  const place = compareIntervals(given.length, wanted.length)
  if (place === 'outside') return mismatch(from, to)
  if (place === 'overlapping') return depends(from, to)
  return from.type === to.type || from.type === 'array' ? match(from) : adapts(from, 'is taken by its numbers')
}
