import { Image, isImage } from './image'
import { Segmentation } from './segmentation'

/**
 * A small form of a picture or a label map whose numbers needn't come here for it; undefined if none was made.
 *
 * @param side pixels: at most this many of its longer side, or exactly this many of both if it is square
 */
export function glimpseOf<T extends Image | Segmentation>(value: T, side: number, isSquare = false): T | undefined {
  const small = value.pixels.place.glimpse?.(side, isSquare)
  // The same numbers may be the picture of another record, in other rows.
  if (!small || small.of.width !== value.width || small.of.height !== value.height) return undefined
  const { width, height, data } = small
  const made = isImage(value)
    ? new Image({ ...value, width, height, data: data as Image['data'] })
    : new Segmentation({ ...(value as Segmentation), width, height, data: data as Segmentation['data'] })
  return made as T
}
