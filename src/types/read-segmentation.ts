import { adapt } from './adapt'
import type { ImageCodec } from './image-codec'
import { colorsOf, labelsOf } from './labels'
import { Pixels, pixelsOf } from './pixels'
import type { SegmentationType } from './port-type'
import { readPicture } from './read-picture'
import { refuse } from './refusal'
import { type Color, isSegmentation, Segmentation } from './segmentation'
import { readColors } from './segmentation-changes'
import { ValueError } from './value-error'

/**
 * Reads a label map: a `Segmentation`, or a record `{data, width, height, labels}`. A picture is none, because which
 * label a pixel means would be a guess; only where label maps travel as pictures (`codec.readsLabels`), its single channel
 * holds label ids, or its colours are the labels' own (each pixel goes to the nearest).
 */
export async function readSegmentation(
  type: SegmentationType,
  value: unknown,
  { name, codec }: { name: string; codec: ImageCodec },
): Promise<unknown> {
  const segmentation = isSegmentation(value) ? wholeMap(value) : readLabelledRecord(value)
  if (segmentation) return adapt(type, segmentation)
  if (!codec.readsLabels) return refuse(name, value, type)
  const picture = (await readPicture(value, codec, { grey: true })) ?? refuse(name, value, type)
  const labels = labelsOf(type)
  if (!labels) throw new ValueError('a picture is a label map only where the labels are known')
  return readColors(picture, labels, colorsOf(type))
}

/** A clone that Node-RED made is not frozen: what a Function node changed in it has to fit together. */
function wholeMap(map: Segmentation): Segmentation {
  return Object.isFrozen(map) ? map : new Segmentation(map)
}

/** A label map of another package, or one that went through JSON. */
function readLabelledRecord(value: unknown): Segmentation | null {
  if (typeof value !== 'object' || value === null || !('labels' in value)) return null
  const record = value as Record<string, unknown>
  const { data, width, height, labels, colors, palette } = record
  const list = idsOfList(data)
  const pixels = list ? Pixels.here(list) : pixelsOf(record)
  if (typeof width !== 'number' || typeof height !== 'number' || !Array.isArray(labels)) return null
  if (!pixels || pixels.place.kind === 'floats') return null
  return new Segmentation({
    width,
    height,
    pixels: pixels as Segmentation['pixels'],
    labels,
    ...(areColors(colors) ? { colors } : isPalette(palette) && { palette }),
  })
}

function areColors(value: unknown): value is Color[] {
  return Array.isArray(value) && value.every((color) => Array.isArray(color) && color.length === 3)
}

function isPalette(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string')
}

function idsOfList(list: unknown): Uint16Array | null {
  if (!Array.isArray(list)) return null
  return list.every((id) => Number.isInteger(id) && id >= 0 && id < 65536) ? Uint16Array.from(list) : null
}
