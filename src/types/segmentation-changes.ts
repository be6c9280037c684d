import type { Color } from './hex'
import { Image } from './image'
import { inPieces } from './in-pieces'
import { labelColor } from './label-colors'
import { matchLabels } from './labels'
import { Pixels } from './pixels'
import { Replaced } from './replaced'
import { Segmentation, segmentationInPieces } from './segmentation'
import { ValueError } from './value-error'
import { listed, quote } from './words'

/**
 * Converts a label map to another set of labels by name, ignoring case, spaces, `-` and `_`.
 *
 * @param labels label names by id
 * @param options.defaultLabel the label for "background", "unlabeled" and the like, if `labels` doesn't
 * contain them
 * @param options.colors the colours of the new labels, by id
 * @throws ValueError naming the labels that occur in the map but not in `labels`
 */
export async function remapLabels(
  segmentation: Segmentation,
  labels: readonly string[],
  options: { defaultLabel?: string; colors?: readonly Color[] } = {},
): Promise<Segmentation> {
  const { ids } = matchLabels(segmentation.labels, labels, options.defaultLabel)
  return replaceIds(segmentation, ids, labels, options.colors)
}

/**
 * Replaces each id of a label map, in pieces. Ids in another process stay there.
 *
 * @param ids the new id for each old one; null if there is none, which is an error if the id occurs in the
 * map
 * @throws ValueError
 */
export async function replaceIds(
  segmentation: Segmentation,
  ids: readonly (number | null)[],
  labels: readonly string[],
  colors?: readonly Color[],
): Promise<Segmentation> {
  const { width, height, pixels } = segmentation
  await pixels.look()
  const lost = [...pixels.shown.keys()].filter((id) => pixels.shown[id] && (ids[id] ?? null) === null)
  if (lost.length > 0) {
    const names = lost.map((id) => segmentation.labels[id] || `label ${id}`)
    const verb = names.length === 1 ? 'does' : 'do'
    throw new ValueError(
      `the label map shows ${listed(names.map(quote), 'and', 3)}, which ${verb} not exist on the other side`,
    )
  }
  const becomes = Uint16Array.from(ids, (id) => id ?? 0)
  const named = { width, height, labels, ...(colors && { colors }) }
  const isWide = labels.length > 256
  if (pixels.place.shown)
    return new Segmentation({
      ...named,
      pixels: new Pixels(new Replaced(pixels.place, becomes, isWide ? 'ids' : 'bytes')),
    })
  const from = pixels.data
  const data = isWide ? new Uint16Array(from.length) : new Uint8Array(from.length)
  await inPieces(from.length, (first, last) => {
    for (let i = first; i < last; i++) data[i] = becomes[from[i] as number] as number
  })
  return segmentationInPieces({ ...named, data })
}

/** Renders a label map with each label in its colour, or in a generated one if it has none. In pieces. */
export async function colorize({ width, height, data: ids, labels, colors }: Segmentation): Promise<Image> {
  const palette = labels.map((_, id) => colors?.[id] ?? labelColor(id))
  const data = new Uint8Array(ids.length * 3)
  const [reds, greens, blues] = [0, 1, 2].map((k) =>
    Uint8Array.from(palette, (color) => (color as Color)[k] as number),
  ) as [Uint8Array, Uint8Array, Uint8Array]
  // A function call per pixel would take many times as long.
  await inPieces(ids.length, (from, to) => {
    for (let i = from, o = from * 3; i < to; i++, o += 3) {
      const id = ids[i] as number
      data[o] = reds[id] as number
      data[o + 1] = greens[id] as number
      data[o + 2] = blues[id] as number
    }
  })
  return new Image({ width, height, channels: 3, data })
}
