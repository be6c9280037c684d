import type { LabelSet } from '../../../src/drawing'
import { current } from '../../../src/editor/checks/checks'
import { wantedBehind } from '../../../src/flow'
import { colorsOf, labelsOf } from '../../../src/types'

export interface Wanted extends LabelSet {
  /** What the model takes for "nothing in particular". */
  background: number
  /** The model's own size, in pixels, where it has one. */
  width?: number
  height?: number
}

/** The labels that the nearest model behind a node's wires wants; null if none says. */
export function wantedLabels(nodeId: string): Wanted | null {
  const checker = current()
  if (!checker) return null
  for (const type of wantedBehind(checker, nodeId)) {
    const labels = type.type === 'segmentation' ? labelsOf(type) : null
    if (type.type !== 'segmentation' || !labels) continue
    const background = Math.max(0, labels.indexOf(type.defaultLabel ?? ''))
    return { labels, colors: colorsOf(type), background, width: type.width, height: type.height }
  }
  return null
}
