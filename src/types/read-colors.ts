import { type Color, toHex } from './hex'
import type { Image } from './image'
import { inPieces } from './in-pieces'
import { onWhiteInPieces } from './on-white'
import { type Segmentation, segmentationInPieces } from './segmentation'
import { toBytesInPieces } from './to-bytes'
import { ValueError } from './value-error'
import { count } from './words'

/** The maximum number of colours whose labels are cached. A photograph may have millions of colours. */
const KNOWN = 100_000
/** Distances in RGB: of a colour that was rounded, and of one that is meant. */
const ROUNDED = 6
const SIMILAR = 56
/** The share of a picture that blends along edges may take. */
const MOST_BLENDED = 0.5
/** The same for flat areas, which aren't blends. */
const MOST_FLAT = 0.002

/**
 * Reads a picture as a label map: a single channel as label ids, or colours as the labels with the nearest
 * colours. Grey in three channels that isn't in the labels' colours is read as ids too. In pieces, so that a
 * large picture doesn't block other work.
 *
 * @throws ValueError if an id has no label, or the picture isn't in the labels' colours
 */
export async function readColors(
  image: Image,
  labels: readonly string[],
  colors: readonly Color[],
): Promise<Segmentation> {
  const { width, height } = image
  const named = { width, height, labels, colors }
  if (image.channels === 1) return segmentationInPieces({ ...named, data: await idsOf(image.data, 1, labels) })
  const { data: pixels } = await toBytesInPieces(await onWhiteInPieces(image))
  const isGrey = await isGreyscale(pixels)
  const { data, unclear } = await nearest(pixels, labels, colors, isGrey ? ROUNDED : SIMILAR)
  const foreign = await findForeign(unclear, pixels, width)
  if (foreign === null) return segmentationInPieces({ ...named, data })
  const ids = isGrey ? await idsOf(pixels, 3, labels).catch(() => null) : null
  if (ids) return segmentationInPieces({ ...named, data: ids })
  const color = [...pixels.slice(3 * foreign, 3 * foreign + 3)] as unknown as Color
  throw new ValueError(
    `the picture isn't in the colours of the ${count(labels.filter(Boolean).length, 'label')}, none of which is like ${toHex(color)}: use those, or one channel of label ids`,
  )
}

/** Label ids, from the first of each pixel's channels. @throws ValueError if an id has no label */
async function idsOf(pixels: ArrayLike<number>, channels: number, labels: readonly string[]) {
  const data = emptyIds(pixels.length / channels, labels)
  await inPieces(data.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const id = pixels[i * channels] as number
      if (!Number.isInteger(id) || id < 0 || id >= labels.length)
        throw new ValueError(
          `a greyscale image has the value ${id}, which isn't the id of any of the ${count(labels.length, 'label')}`,
        )
      data[i] = id
    }
  })
  return data
}

function emptyIds(length: number, labels: readonly string[]): Uint8Array | Uint16Array {
  return labels.length > 256 ? new Uint16Array(length) : new Uint8Array(length)
}

async function isGreyscale(pixels: ArrayLike<number>): Promise<boolean> {
  let isGrey = true
  await inPieces(pixels.length / 3, (from, to) => {
    for (let p = from * 3; isGrey && p < to * 3; p += 3)
      isGrey = pixels[p] === pixels[p + 1] && pixels[p] === pixels[p + 2]
  })
  return isGrey
}

/** Each pixel's label, and 1 for each pixel whose colour doesn't tell it clearly. */
async function nearest(
  pixels: ArrayLike<number>,
  labels: readonly string[],
  colors: readonly Color[],
  similar: number,
) {
  const data = emptyIds(pixels.length / 3, labels)
  const unclear = new Uint8Array(data.length)
  const known = new Map<number, Found>()
  await inPieces(data.length, (from, to) => {
    for (let i = from, p = from * 3; i < to; i++, p += 3) {
      const [red, green, blue] = [pixels[p] as number, pixels[p + 1] as number, pixels[p + 2] as number]
      const color = (red << 16) | (green << 8) | blue
      const found = known.get(color) ?? find([red, green, blue], labels, colors, similar)
      if (known.size < KNOWN) known.set(color, found)
      data[i] = found.id
      if (!found.isClear) unclear[i] = 1
    }
  })
  return { data, unclear }
}

interface Found {
  id: number
  isClear: boolean
}

/**
 * The label with the nearest colour; never an id without a name. It is clear if that colour is similar, and
 * any other label's is at least twice as far.
 */
function find([red, green, blue]: Color, labels: readonly string[], colors: readonly Color[], similar: number): Found {
  let id = 0
  let [smallest, next] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let other = 0; other < labels.length; other++) {
    const color = colors[other]
    if (!color || !labels[other]) continue
    const distance = Math.hypot(color[0] - red, color[1] - green, color[2] - blue)
    if (distance < smallest) [id, smallest, next] = [other, distance, smallest]
    else if (distance < next) next = distance
  }
  return { id, isClear: smallest <= ROUNDED || (smallest <= similar && next >= 2 * smallest) }
}

/** A pixel that shows that the picture isn't in the labels' colours; null if it is. */
async function findForeign(unclear: Uint8Array, pixels: ArrayLike<number>, width: number): Promise<number | null> {
  const last = unclear.length - 1
  const same = (i: number, j: number) =>
    pixels[3 * i] === pixels[3 * j] &&
    pixels[3 * i + 1] === pixels[3 * j + 1] &&
    pixels[3 * i + 2] === pixels[3 * j + 2]
  const isFlat = (i: number) =>
    (i % width === 0 || same(i, i - 1)) &&
    (i % width === width - 1 || same(i, i + 1)) &&
    (i < width || same(i, i - width)) &&
    (i + width > last || same(i, i + width))
  let [blended, flat] = [0, 0]
  let [someBlended, someFlat] = [0, 0]
  await inPieces(unclear.length, (from, to) => {
    for (let i = from; i < to; i++) {
      if (!unclear[i]) continue
      blended++
      someBlended = i
      if (!isFlat(i)) continue
      flat++
      someFlat = i
    }
  })
  if (flat > MOST_FLAT * unclear.length) return someFlat
  return blended > MOST_BLENDED * unclear.length ? someBlended : null
}
