import { adapts, depends, match, mismatch } from '../finding'
import { compareIntervals } from '../interval'
import type { JudgeTypes, TypeFinding } from '../judgement'
import { labelKey } from '../labels'
import type { ImageLandmarksType, PortType } from '../port-type'
import { judgeItems, listView } from './list-view'

export function toLandmarks(from: PortType, to: ImageLandmarksType, judge: JudgeTypes): TypeFinding {
  const given = listView(from)
  const wanted = listView(to)
  if (!given || !wanted) return mismatch(from, to)
  const point = judgeItems(given, { type: 'image_point' }, judge)
  const place = compareIntervals(given.length, wanted.length)
  if (point.verdict === 'mismatch' || place === 'outside') return mismatch(from, to)
  if (point.verdict === 'unknown' || place === 'overlapping') return depends(from, to)
  if (from.type !== 'image_landmarks')
    return point.verdict === 'match' ? match(from) : adapts(from, 'is taken by its points')
  return byNames(from, to)
}

/** Landmarks are identified by their index, so their names must be in the same order. */
function byNames(from: ImageLandmarksType, to: ImageLandmarksType): TypeFinding {
  if (!from.labels || !to.labels) return match(from)
  const given = from.labels.map(labelKey)
  const wanted = to.labels.map(labelKey)
  if (given.join('\n') === wanted.join('\n')) return match(from)
  const isReordered = [...given].sort().join('\n') === [...wanted].sort().join('\n')
  if (!isReordered) return depends(from, to)
  const finding = mismatch(from, to)
  return { ...finding, note: `${finding.note} with its points in a different order` }
}
