import { type Image, type Segmentation, segmentationInPieces } from '../types'
import { sharp } from './sharp'
import { asWords, throughSharp } from './through-sharp'

/**
 * - `fill`: stretched to the size.
 * - `contain`: all of it, as large as fits, centred on black (transparent if there is alpha).
 * - `cover`: fills the size, centred; what sticks out is cut off.
 */
export type Fit = 'fill' | 'contain' | 'cover'

export type Kernel = 'nearest' | 'linear' | 'cubic' | 'lanczos3'

/**
 * Resizes a picture off the main thread. Float values are processed in 16 bits of their range. Returns the
 * same image if it already has that size.
 *
 * @param width, height in pixels, at least 1
 * @param kernel default `lanczos3`; for float values `linear`, which doesn't overshoot
 */
export async function resize(
  image: Image,
  width: number,
  height: number,
  fit: Fit = 'fill',
  kernel: Kernel = image.range ? 'linear' : 'lanczos3', // only floats have a range
): Promise<Image> {
  if (image.width === width && image.height === height) return image
  const background = { r: 0, g: 0, b: 0, alpha: image.channels === 4 ? 0 : 1 }
  return throughSharp(image, (pixels, isFloat) =>
    pixels.resize(width, height, { fit, kernel, background: isFloat ? '#000' : background }),
  )
}

/** Resizes a label map. Every pixel takes the nearest label. */
export async function resizeLabels(labels: Segmentation, width: number, height: number): Promise<Segmentation> {
  if (labels.width === width && labels.height === height) return labels
  const wide = labels.data instanceof Uint16Array
  const ids = sharp(labels.data, { raw: { width: labels.width, height: labels.height, channels: 1 } })
  const { data } = await ids
    .resize(width, height, { fit: 'fill', kernel: 'nearest' })
    .toColourspace(wide ? 'grey16' : 'b-w')
    .raw({ depth: wide ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true })
  return segmentationInPieces({
    width,
    height,
    data: wide ? asWords(data) : data,
    labels: labels.labels,
    ...(labels.colors && { colors: labels.colors }),
  })
}
