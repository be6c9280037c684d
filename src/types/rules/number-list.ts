import { adapts, depends, match, mismatch } from '../finding'
import { compareIntervals } from '../interval'
import type { TypeFinding } from '../judgement'
import { POINT_BEYOND } from '../on-picture'
import type { ImageBoundingBoxType, ImagePointType, PortType, VectorType } from '../port-type'
import { listView } from './list-view'

/** Vectors, points and boxes are lists of numbers, so their lengths are compared. */
export function toNumberList(from: PortType, to: VectorType | ImagePointType | ImageBoundingBoxType): TypeFinding {
  const given = listView(from)
  const wanted = listView(to)
  if (!given || !wanted) return mismatch(from, to)
  if (given.itemType.type === 'any') return depends(from, to)
  if (given.itemType.type !== 'number') return mismatch(from, to)
  if (from.type === 'vector' && from.fitted && from.length === undefined && to.type === 'vector') return match(from)
  const place = compareIntervals(given.length, wanted.length)
  if (place === 'outside') return mismatch(from, to)
  if (place === 'overlapping') return depends(from, to)
  const { min, max } = given.itemType
  // If the numbers are known, so is whether they can be a point. The order of a box's edges isn't part of the
  // type.
  if (min !== undefined && max !== undefined && to.type !== 'vector') {
    const reach = to.type === 'image_point' ? compareIntervals({ min, max }, NEAR) : 'overlapping'
    if (reach !== 'inside') return reach === 'outside' ? mismatch(from, to) : depends(from, to)
  }
  return from.type === to.type || from.type === 'array' ? match(from) : adapts(from, 'is taken by its numbers')
}

/** The range of a point's coordinates, as fractions of the picture. */
const NEAR = { min: -POINT_BEYOND, max: POINT_BEYOND }
