import { type Color, labelColor, matchLabels } from '../types'

/** One label id per pixel, row by row from the top. */
export interface Ids {
  /** Pixels, whole and at least 1. */
  readonly width: number
  readonly height: number
  /** Modified while drawing. */
  readonly data: Uint16Array
}

/** Label names by id, and a colour for each. */
export interface LabelSet {
  readonly labels: readonly string[]
  readonly colors: readonly Color[]
}

/** A label map that is being edited. */
export interface Drawing extends LabelSet {
  readonly ids: Ids
}

export function blank(width: number, height: number, id = 0): Ids {
  return { width, height, data: new Uint16Array(width * height).fill(id) }
}

export function copyOf({ width, height, data }: Ids): Ids {
  return { width, height, data: data.slice() }
}

export function sameIds(a: Ids, b: Ids): boolean {
  return a.width === b.width && a.height === b.height && a.data.every((id, i) => id === b.data[i])
}

/**
 * Converts a drawing to another set of labels by name. Labels that are in use but not in the set are
 * appended.
 */
export function inLabels(drawing: Drawing, wanted: LabelSet): Drawing {
  const { ids, labels, colors } = drawing
  const match = matchLabels(labels, wanted.labels)
  const shown = new Set(ids.data)
  const names = [...wanted.labels]
  const shades = wanted.labels.map((_, id) => wanted.colors[id] ?? labelColor(id))
  const becomes = labels.map((label, id) => {
    const namesake = match.ids[id]
    if (namesake !== null && namesake !== undefined) return namesake
    if (!shown.has(id)) return 0
    shades.push(colors[id] ?? labelColor(id))
    return names.push(label) - 1
  })
  const data = ids.data.map((id) => becomes[id] ?? 0)
  return { ids: { ...ids, data }, labels: names, colors: shades }
}

/** Stretches a drawing to another size. Each pixel takes the nearest label. */
export function stretch(ids: Ids, width: number, height: number): Ids {
  const next = blank(width, height)
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * ids.height) / height) * ids.width
    for (let x = 0; x < width; x++) {
      next.data[y * width + x] = ids.data[row + Math.floor(((x + 0.5) * ids.width) / width)] as number
    }
  }
  return next
}
