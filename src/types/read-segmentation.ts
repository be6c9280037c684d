import { adapt } from './adapt'
import type { ImageCodec } from './image-codec'
import { colorsOf, labelsOf } from './labels'
import type { SegmentationType } from './port-type'
import { readPicture } from './read-picture'
import { refuse } from './refusal'
import { isSegmentation, Segmentation } from './segmentation'
import { readColors } from './segmentation-changes'
import { asBytes, asUint16 } from './typed-array'
import { ValueError } from './value-error'

/**
 * Reads a label map: a `Segmentation`; a record `{data, width, height, labels}`; or a picture, whose single channel
 * holds label ids, or whose colours are the labels' own (each pixel goes to the nearest).
 */
export async function readSegmentation(
  type: SegmentationType,
  value: unknown,
  { name, codec }: { name: string; codec: ImageCodec },
): Promise<unknown> {
  const segmentation = isSegmentation(value) ? value : readLabelledRecord(value)
  if (segmentation) return adapt(type, segmentation)
  const picture = (await readPicture(value, codec, { grey: true })) ?? refuse(name, value, type)
  const labels = labelsOf(type)
  if (!labels) throw new ValueError('a picture is a label map only where the labels are known')
  return readColors(picture, labels, colorsOf(type))
}

/** A label map of another package, or one that went through JSON. */
function readLabelledRecord(value: unknown): Segmentation | null {
  if (typeof value !== 'object' || value === null || !('labels' in value)) return null
  const { data, width, height, labels } = value as Record<string, unknown>
  const ids = asBytes(data) ?? asUint16(data) ?? idsOfList(data)
  if (typeof width !== 'number' || typeof height !== 'number' || !Array.isArray(labels) || !ids) return null
  return new Segmentation({ width, height, data: ids, labels })
}

function idsOfList(list: unknown): Uint16Array | null {
  if (!Array.isArray(list)) return null
  return list.every((id) => Number.isInteger(id) && id >= 0 && id < 65536) ? Uint16Array.from(list) : null
}
