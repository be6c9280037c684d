import { Image } from './image'
import { inPieces } from './in-pieces'
import { labelColor } from './label-colors'
import { matchLabels } from './labels'
import { onWhiteInPieces } from './on-white'
import { Pixels } from './pixels'
import { Replaced } from './replaced'
import { type Color, Segmentation, segmentationInPieces } from './segmentation'
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

/** The maximum number of colours whose labels are cached. A photograph may have millions of colours. */
const KNOWN = 100_000

/**
 * Reads a picture as a label map: a single channel as label ids, or colours as the labels with the nearest
 * colours. In pieces, so that a large picture doesn't block other work.
 *
 * @throws ValueError if an id has no label
 */
export async function readColors(
  image: Image,
  labels: readonly string[],
  colors: readonly Color[],
): Promise<Segmentation> {
  const { width, height, channels, data: pixels } = await onWhiteInPieces(image)
  const asIds = channels === 1
  const data = labels.length > 256 ? new Uint16Array(width * height) : new Uint8Array(width * height)
  const known = new Map<number, number>()
  const idOf = (p: number): number => {
    const [red, green, blue] = [pixels[p] as number, pixels[p + 1] as number, pixels[p + 2] as number]
    const color = asIds ? red : (red << 16) | (green << 8) | blue
    const before = known.get(color)
    if (before !== undefined) return before
    const id = asIds ? red : nearest([red, green, blue], labels, colors)
    if (!Number.isInteger(id) || id >= labels.length) {
      throw new ValueError(
        `a greyscale image has the value ${id}, which isn't the id of any of the ${labels.length} labels`,
      )
    }
    if (known.size < KNOWN) known.set(color, id)
    return id
  }
  await inPieces(data.length, (from, to) => {
    for (let i = from; i < to; i++) data[i] = idOf(i * channels)
  })
  return segmentationInPieces({ width, height, data, labels, colors })
}

/** The id of the label with the nearest colour. Ids without a name are never used. */
function nearest([red, green, blue]: Color, labels: readonly string[], colors: readonly Color[]): number {
  let best = 0
  let smallest = Number.POSITIVE_INFINITY
  for (let id = 0; id < labels.length; id++) {
    const color = colors[id]
    if (!color || !labels[id]) continue
    const distance = (color[0] - red) ** 2 + (color[1] - green) ** 2 + (color[2] - blue) ** 2
    if (distance < smallest) [best, smallest] = [id, distance]
  }
  return best
}
