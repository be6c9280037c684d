import { adapt } from './adapt'
import { decodeLoosely } from './encoded-picture'
import type { Color } from './hex'
import type { ImageCodec } from './image-codec'
import { inPieces } from './in-pieces'
import { colorsOf, labelsOf } from './labels'
import { isPixels, Pixels } from './pixels'
import type { SegmentationType } from './port-type'
import { readColors } from './read-colors'
import { readPicture } from './read-picture'
import { sizeOf, withoutJson } from './read-pixels'
import { refuse } from './refusal'
import { isSegmentation, type Segmentation, segmentationInPieces } from './segmentation'
import { asRawBytes, asUint16, typedArrayName } from './typed-array'
import { ValueError } from './value-error'
import { quoteValue } from './words'

/**
 * Reads a label map: a `Segmentation`, or a record `{data, width, height, labels}`. A picture is refused,
 * because its labels would be a guess. The exception is `codec.readsLabels`, where label maps travel as
 * pictures: in the labels' colours, or as label ids.
 */
export async function readSegmentation(
  type: SegmentationType,
  value: unknown,
  { name, codec }: { name: string; codec: ImageCodec },
): Promise<unknown> {
  const segmentation = await (isSegmentation(value) ? wholeMap(value) : readLabelledRecord(value))
  if (segmentation) return adapt(type, segmentation)
  if (!codec.readsLabels) return refuse(name, value, type)
  const picture = (await readPicture(value, codec, { grey: true, ids: true })) ?? refuse(name, value, type)
  const labels = labelsOf(type)
  if (!labels) throw new ValueError('a picture can be a label map only if the labels are known')
  const colors = colorsOf(type)
  return readColors(picture, labels, colors).catch(async (error: unknown) => {
    const indexes = picture.channels > 1 ? await readPicture(value, codec, { ids: true, indexes: true }) : null
    if (indexes?.channels !== 1) throw error
    return readColors(indexes, labels, colors).catch(() => {
      throw error
    })
  })
}

/**
 * Clones made by Node-RED aren't frozen, so a Function node may have changed one inconsistently. The
 * constructor checks it.
 */
function wholeMap(map: Segmentation): Segmentation | Promise<Segmentation> {
  return Object.isFrozen(map) ? map : segmentationInPieces(map)
}

/**
 * A label map from another package, or one that went through JSON.
 * @throws ValueError that says what is wrong with it
 */
async function readLabelledRecord(value: unknown): Promise<Segmentation | null> {
  if (typeof value !== 'object' || value === null) return null
  const record = value as Record<string, unknown>
  const hasIds = Object.hasOwn(record, 'data') || isPixels(record.pixels)
  if (!hasIds || !['width', 'height', 'labels'].every((name) => name in record)) return null
  const { labels, colors, palette } = record
  return segmentationInPieces({
    width: sizeOf('width', record.width),
    height: sizeOf('height', record.height),
    pixels: Object.hasOwn(record, 'data')
      ? Pixels.here(await idsOf(record.data))
      : (record.pixels as Segmentation['pixels']),
    labels: labels as string[],
    ...(areColors(colors) ? { colors } : isPalette(palette) && { palette }),
  })
}

function areColors(value: unknown): value is Color[] {
  return Array.isArray(value) && value.every((color) => Array.isArray(color) && color.length === 3)
}

function isPalette(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string')
}

/** Reads ids in any form that holds integers, such as lists from JSON. @throws ValueError */
async function idsOf(given: unknown): Promise<Uint8Array | Uint16Array> {
  const plain = withoutJson(given)
  const bytes = typeof plain === 'string' ? decodeLoosely(plain) : asRawBytes(plain)
  const ready = bytes ?? asUint16(plain)
  if (ready) return ready
  const name = typedArrayName(plain)
  if (!Array.isArray(plain) && !name)
    throw new ValueError(`its data is ${quoteValue(given)}, but must be label ids (a Buffer, a Uint16Array, a list)`)
  const numbers = plain as ArrayLike<unknown>
  const ids = new Uint16Array(numbers.length)
  await inPieces(ids.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const id = typeof numbers[i] === 'bigint' ? Number(numbers[i]) : (numbers[i] as number)
      ids[i] = id
      if (ids[i] !== id)
        throw new ValueError(
          `its data has ${quoteValue(numbers[i])} at index ${i}, but must be label ids: whole numbers from 0`,
        )
    }
  })
  return ids
}
