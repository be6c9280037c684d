import { Image } from './image'

/**
 * A small form of a picture whose numbers needn't come here for it; undefined where none was made.
 *
 * @param side pixels: at most so many of its longer side, or exactly so many of both where it is square
 */
export function glimpseOf(image: Image, side: number, isSquare = false): Image | undefined {
  const small = image.pixels.place.glimpse?.(side, isSquare)
  // The same numbers may be the picture of another record, in other rows.
  if (!small || small.of.width !== image.width || small.of.height !== image.height) return undefined
  const { width, height, data } = small
  return new Image({ ...image, width, height, data: data as Image['data'] })
}
