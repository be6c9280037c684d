import { adapts, depends, match, mismatch } from '../finding'
import type { TypeFinding } from '../judgement'
import { type LabelMatch, labelsOf, matchLabels } from '../labels'
import type { PortType, RecordType, SegmentationType } from '../port-type'
import { listed, quote } from '../words'
import { sizeChange } from './image'

/** Labels are compared by name, never by id or colour. */
export function toSegmentation(from: PortType, to: SegmentationType): TypeFinding {
  if (from.type === 'record' && isLikeMap(from)) return depends(from, to)
  if (from.type !== 'segmentation') return mismatch(from, to)
  const given = labelsOf(from)
  const wanted = labelsOf(to)
  if (!given && wanted) return depends(from, to)
  const changes: string[] = []
  if (given && wanted && !sameLabels(given, wanted)) {
    const found = matchLabels(given, wanted, to.defaultLabel)
    if (found.missing.length > 0) return { ...mismatch(from, to), note: sharedPhrase(found) }
    changes.push('is mapped by the names of its labels')
  }
  const size = sizeChange(from, to)
  if (size) changes.push(size)
  return changes.length ? adapts(from, ...changes) : match(from)
}

/**
 * "of which 2 exist on the other side (cat and person)". Names the shared labels or the missing ones,
 * whichever are fewer.
 */
function sharedPhrase({ shared, missing }: LabelMatch): string {
  if (shared.length === 0) return 'of which none exists on the other side'
  const exist = `of which ${shared.length} ${shared.length === 1 ? 'exists' : 'exist'} on the other side`
  if (shared.length <= missing.length) return `${exist} (${listed(shared.map(quote), 'and', 4)})`
  return `${exist} (${listed(missing.map(quote), 'and', 4)} ${missing.length === 1 ? 'does' : 'do'} not)`
}

function sameLabels(some: readonly string[], others: readonly string[]): boolean {
  // No pixel has an id without a name.
  return some.length === others.length && some.every((label, id) => label === '' || label === others[id])
}

/** Whether a record may be a label map from another package, or one that went through JSON. */
function isLikeMap({ fields }: RecordType): boolean {
  return ['width', 'height', 'labels'].every((name) => Object.hasOwn(fields, name))
}
