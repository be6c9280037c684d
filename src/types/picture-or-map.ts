import { Image, isImage } from './image'
import { isPixels } from './pixels'
import { isSegmentation, Segmentation } from './segmentation'

/**
 * The picture or label map that a value is: one itself, or what a Function node made of one, `{...picture, width}`.
 *
 * @returns null for anything else
 * @throws ValueError when what a Function node changed does not fit together
 */
export function pictureOrMap(value: unknown): Image | Segmentation | null {
  if (isImage(value) || isSegmentation(value)) return value
  if (typeof value !== 'object' || value === null) return null
  const { type, pixels } = value as { type?: unknown; pixels?: unknown }
  if (!isPixels(pixels)) return null
  if (type === 'image') return new Image(value as Image)
  return type === 'segmentation' ? new Segmentation(value as Segmentation) : null
}
