import { Image, isImage } from './image'
import { isPixels } from './pixels'
import { isSegmentation, Segmentation } from './segmentation'
import { asBytes, asFloats, asUint16 } from './typed-array'

/**
 * Recognises a picture or a label map: a real one, one that a Function node has changed (`{...picture,
 * width}`), or a record with all its fields.
 *
 * @returns null for any other value
 * @throws ValueError if the fields no longer fit together after a Function node's changes
 */
export function pictureOrMap(value: unknown): Image | Segmentation | null {
  if (isImage(value) || isSegmentation(value)) return value
  if (typeof value !== 'object' || value === null) return null
  const { type, pixels } = value as { type?: unknown; pixels?: unknown }
  if (!isPixels(pixels) && !hasNumbers(value)) return null
  if (type === 'image') return new Image(value as Image)
  return type === 'segmentation' ? new Segmentation(value as Segmentation) : null
}

/** Whether a record names its type and has the right number of values. Floats also need a range. */
function hasNumbers(record: object): boolean {
  const { type, width, height, channels, data, labels, range } = record as Record<string, unknown>
  const points = Number(width) * Number(height)
  if (type === 'segmentation') return Array.isArray(labels) && (asBytes(data) ?? asUint16(data))?.length === points
  const numbers = asBytes(data) ?? (Array.isArray(range) ? asFloats(data) : null)
  return type === 'image' && numbers?.length === points * Number(channels)
}
