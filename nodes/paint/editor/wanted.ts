import type { LabelSet } from '../../../src/drawing'
import { current } from '../../../src/editor/checks/checks'
import { wantedBehind } from '../../../src/flow'
import { colorsOf, labelsOf } from '../../../src/types'

export interface Wanted extends LabelSet {
  /** The label that the model treats as background. */
  background: number
  /** The model's own input size in pixels, if it has one. */
  width?: number
  height?: number
}

/** The labels of the nearest model after this node; null if no model declares any. */
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
