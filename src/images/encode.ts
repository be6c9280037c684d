import { type Image, toBytes } from '../types'
import { counts } from './counts'
import { sharp } from './sharp'

export type EncodedFormat = 'png' | 'jpeg' | 'webp'

/**
 * Encodes a picture; a float image as the 8-bit one it is shown as. JPEG puts transparent pixels on white.
 *
 * @param quality 1 to 100, for JPEG and WebP
 */
export async function encodeImage(image: Image, format: EncodedFormat, quality = 90): Promise<Buffer> {
  const { width, height, channels, data } = toBytes(image)
  const pixels = sharp(data, { raw: { width, height, channels } })
  // One channel would be written as RGB.
  const picture = channels === 1 ? pixels.toColourspace('b-w') : pixels
  counts.encoded++
  if (format === 'png') return picture.png({ compressionLevel: 3 }).toBuffer()
  if (format === 'webp') return picture.webp({ quality }).toBuffer()
  return picture.flatten({ background: '#fff' }).jpeg({ quality }).toBuffer()
}

/** Encodes a picture as a `data:image/…;base64,` address. */
export async function encodeDataURI(image: Image, format: EncodedFormat, quality?: number): Promise<string> {
  return `data:image/${format};base64,${(await encodeImage(image, format, quality)).toString('base64')}`
}
