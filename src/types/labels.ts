import { labelColor } from './label-colors'
import type { SegmentationType } from './port-type'
import type { Color } from './segmentation'

/** Names are compared without case, spaces, `-` and `_`: "sky-other" and "Sky other" are one label. */
export function labelKey(name: string): string {
  return name.toLowerCase().replace(/[\s_-]+/g, '')
}

const nothingInParticular = new Set(['', 'background', 'unlabeled', 'unlabelled', 'unknown', 'void', 'nothing', 'none'])

/** Whether a label means nothing in particular, so that it may become another map's default label. */
export function isBackground(name: string): boolean {
  return nothingInParticular.has(labelKey(name))
}

/** A type's label names by id ('' if an id has none); null if it declares none. */
export function labelsOf(type: SegmentationType): string[] | null {
  const ids = Object.entries(type.labelToId ?? {}).filter(([, id]) => Number.isInteger(id) && id >= 0 && id < 65536)
  if (ids.length === 0) return type.labels?.length ? [...type.labels] : null
  const labels: string[] = new Array(Math.max(...ids.map(([, id]) => id)) + 1).fill('')
  for (const [label, id] of ids) labels[id] = label
  return labels
}

/** A type's colours by id: those it declares, and colours of our own for the rest. */
export function colorsOf(type: SegmentationType): Color[] {
  return (labelsOf(type) ?? []).map((label, id) => type.labelToColor?.[label] ?? labelColor(id))
}

export interface LabelMatch {
  /** For each id of the sending side, the id of its namesake; null if it has none. */
  ids: (number | null)[]
  /** The sending side's names that exist on the other side, and those that don't. */
  shared: string[]
  missing: string[]
}

/**
 * Finds each label's namesake. Labels like "background" without one go to the default label, or to the other side's own
 * background.
 */
export function matchLabels(from: readonly string[], to: readonly string[], defaultLabel?: string): LabelMatch {
  const byName = new Map<string, number>()
  for (const [id, label] of to.entries()) {
    const key = labelKey(label)
    if (label && !byName.has(key)) byName.set(key, id)
  }
  const background =
    defaultLabel === undefined ? to.findIndex((name) => name && isBackground(name)) : to.indexOf(defaultLabel)
  const shared: string[] = []
  const missing: string[] = []
  const ids = from.map((label) => {
    const id = byName.get(labelKey(label))
    if (label && id !== undefined) {
      shared.push(label)
      return id
    }
    if (isBackground(label) && background >= 0) return background
    if (label) missing.push(label)
    return null
  })
  return { ids, shared, missing }
}
