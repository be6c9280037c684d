import { type Image, toBytesInPieces, ValueError } from '../types'
import { carriedBy } from './carried'
import { counts } from './counts'
import { withXmp } from './png-xmp'
import { sharp } from './sharp'

export type EncodedFormat = 'png' | 'jpeg' | 'webp'

/** The maximum width and height that the format allows, in pixels. */
const MOST_SIDE: Record<EncodedFormat, number> = { png: 2 ** 31 - 1, jpeg: 65_500, webp: 16_383 }

/**
 * Encodes a picture. A float image is encoded in 8 bits, as it is displayed. In JPEG, transparent pixels are
 * placed on white.
 *
 * @param quality 1 to 100, for JPEG and WebP
 * @param xmp an XMP packet with metadata, at most 65,000 bytes in JPEG; '' for none. By default the one
 * attached to the image
 * @throws ValueError if a side is longer than the format allows
 */
export async function encodeImage(
  image: Image,
  format: EncodedFormat,
  quality = 90,
  xmp = carriedBy(image),
): Promise<Buffer> {
  if (!fits(image, format)) throw tooLarge(image, format)
  const { width, height, channels, data } = await toBytesInPieces(image)
  const bare = sharp(data, { raw: { width, height, channels } })
  const pixels = xmp && format !== 'png' ? bare.withXmp(xmp) : bare
  // sharp would write a single channel as RGB.
  const picture = channels === 1 ? pixels.toColourspace('b-w') : pixels
  counts.encoded++
  if (format === 'png') {
    const png = await picture.png({ compressionLevel: 3 }).toBuffer()
    return xmp ? withXmp(png, xmp) : png
  }
  if (format === 'webp') return picture.webp({ quality }).toBuffer()
  return picture.flatten({ background: '#fff' }).jpeg({ quality }).toBuffer()
}

/** Whether a picture's sides are within the limits of a format. */
export function fits({ width, height }: Image, format: EncodedFormat): boolean {
  return Math.max(width, height) <= MOST_SIDE[format]
}

function tooLarge({ width, height }: Image, format: EncodedFormat): ValueError {
  const size = `${width.toLocaleString('en')} × ${height.toLocaleString('en')}`
  const most = MOST_SIDE[format].toLocaleString('en')
  const name = format === 'jpeg' ? 'JPEG' : 'WebP'
  return new ValueError(
    `a picture of ${size} pixels doesn't fit into ${name}, whose sides have at most ${most}: choose PNG, or make it smaller`,
  )
}

/** Encodes a picture as a `data:image/…;base64,` address. */
export async function encodeDataURI(image: Image, format: EncodedFormat, quality?: number): Promise<string> {
  return `data:image/${format};base64,${(await encodeImage(image, format, quality)).toString('base64')}`
}
