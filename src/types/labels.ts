import type { Color } from './hex'
import { labelColor } from './label-colors'
import type { SegmentationType } from './port-type'

/** Compares names ignoring case, spaces, `-` and `_`: "sky-other" and "Sky other" are the same label. */
export function labelKey(name: string): string {
  return name.toLowerCase().replace(/[\s_-]+/g, '')
}

const nothingInParticular = new Set(['', 'background', 'unlabeled', 'unlabelled', 'unknown', 'void', 'nothing', 'none'])

/** Whether a label is for anything unnamed, so that it may become another map's default label. */
export function isBackground(name: string): boolean {
  return nothingInParticular.has(labelKey(name))
}

/** A type's label names by id ('' if an id has no name); null if the type doesn't declare any. */
export function labelsOf(type: SegmentationType): string[] | null {
  const ids = Object.entries(type.labelToId ?? {}).filter(([, id]) => Number.isInteger(id) && id >= 0 && id < 65536)
  if (ids.length === 0) return type.labels?.length ? [...type.labels] : null
  const labels: string[] = new Array(Math.max(...ids.map(([, id]) => id)) + 1).fill('')
  for (const [label, id] of ids) labels[id] = label
  return labels
}

/** A type's colours by id: the declared ones, and generated ones for the rest. */
export function colorsOf(type: SegmentationType): Color[] {
  return (labelsOf(type) ?? []).map((label, id) => type.labelToColor?.[label] ?? labelColor(id))
}

export interface LabelMatch {
  /** For each id of the sender, the receiver's id with the same name; null if there is none. */
  ids: (number | null)[]
  /** The sender's names that the receiver has, and those that it lacks. */
  shared: string[]
  missing: string[]
}

/**
 * Finds the label with the same name for each label. Labels like "background" that have none are mapped to
 * the default label, or else to the receiver's own background.
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
