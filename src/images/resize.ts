import sharp from 'sharp'
import { type Channels, Image, Segmentation } from '../types'

/**
 * - `fill`: stretched to the size.
 * - `contain`: all of it, as large as fits, centred on black (transparent where there is alpha).
 * - `cover`: fills the size, centred, what stands over is cut off.
 */
export type Fit = 'fill' | 'contain' | 'cover'

/**
 * A picture in another size, made off the main thread. Float values keep 16 bits of their span. Returns the same image
 * where the size is the same already.
 *
 * @param width, height pixels, at least 1
 */
export async function resize(image: Image, width: number, height: number, fit: Fit = 'fill'): Promise<Image> {
  if (image.width === width && image.height === height) return image
  if (image.data instanceof Float32Array) return resizeFloats(image, image.data, width, height, fit)
  const { channels } = image
  const pixels = sharp(image.data, { raw: { width: image.width, height: image.height, channels } })
  const { data, info } = await pixels
    .resize(width, height, { fit, background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  return new Image({ width, height, channels: info.channels as Channels, data })
}

/** A label map in another size. Every pixel takes the label nearest to it. */
export async function resizeLabels(labels: Segmentation, width: number, height: number): Promise<Segmentation> {
  if (labels.width === width && labels.height === height) return labels
  const wide = labels.data instanceof Uint16Array
  const ids = sharp(labels.data, { raw: { width: labels.width, height: labels.height, channels: 1 } })
  const { data } = await ids
    .resize(width, height, { fit: 'fill', kernel: 'nearest' })
    .toColourspace(wide ? 'grey16' : 'b-w')
    .raw({ depth: wide ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true })
  return new Segmentation({
    width,
    height,
    data: wide ? words(data) : data,
    labels: labels.labels,
    ...(labels.colors && { colors: labels.colors }),
  })
}

/** libvips would read floats as whole numbers, so each channel goes through as 16-bit grey over the span of its values. */
async function resizeFloats(
  image: Image,
  values: Float32Array,
  width: number,
  height: number,
  fit: Fit,
): Promise<Image> {
  const { channels } = image
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    if (value < least) least = value
    if (value > most) most = value
  }
  const step = (most - least) / 65535 || 1
  const resized = new Float32Array(width * height * channels)
  for (let channel = 0; channel < channels; channel++) {
    const plane = new Uint16Array(image.width * image.height)
    for (let i = 0; i < plane.length; i++) {
      plane[i] = Math.round(((values[i * channels + channel] as number) - least) / step)
    }
    const { data } = await sharp(plane, { raw: { width: image.width, height: image.height, channels: 1 } })
      .resize(width, height, { fit, kernel: 'linear', background: '#000' })
      .toColourspace('grey16')
      .raw({ depth: 'ushort' })
      .toBuffer({ resolveWithObject: true })
    const plane16 = words(data)
    for (let i = 0; i < plane16.length; i++) resized[i * channels + channel] = (plane16[i] as number) * step + least
  }
  const { range, unit } = image
  return new Image({ width, height, channels, data: resized, ...(range && { range }), ...(unit && { unit }) })
}

function words(bytes: Buffer): Uint16Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : Buffer.from(new Uint8Array(bytes).buffer)
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.length / 2)
}
