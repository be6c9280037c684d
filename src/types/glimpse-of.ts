import { Image, isImage } from './image'
import { Segmentation } from './segmentation'

/**
 * A small version of a picture or label map whose pixels are in another process; undefined if none was made.
 *
 * @param side at most this many pixels for the longer side, or exactly this many for both if it is square
 */
export function glimpseOf<T extends Image | Segmentation>(value: T, side: number, isSquare = false): T | undefined {
  const small = value.pixels.place.glimpse?.(side, isSquare)
  // Another record may use the same pixels with a different width and height.
  if (!small || small.of.width !== value.width || small.of.height !== value.height) return undefined
  const { width, height, data } = small
  const made = isImage(value)
    ? new Image({ ...value, width, height, data: data as Image['data'] })
    : new Segmentation({ ...(value as Segmentation), width, height, data: data as Segmentation['data'] })
  return made as T
}
