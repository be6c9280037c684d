import { type Image, toBytesInPieces, ValueError } from '../types'
import { carriedBy } from './carried'
import { counts } from './counts'
import { withXmp } from './png-xmp'
import { type Sharp, sharp } from './sharp'

export type EncodedFormat = 'png' | 'jpeg' | 'webp'

/** The maximum width and height that the format allows, in pixels. */
const MOST_SIDE: Record<EncodedFormat, number> = { png: 2 ** 31 - 1, jpeg: 65_500, webp: 16_383 }

/** Larger pictures are encoded with little memory, in pixels. */
const LARGE = 2_000_000

export const isLarge = (pixels: number): boolean => pixels > LARGE

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
  const pixels = sharp(data, { raw: { width, height, channels } })
  // sharp would write a single channel as RGB.
  const picture = channels === 1 ? pixels.toColourspace('b-w') : pixels
  counts.encoded++
  const encoded = await encoding(picture, { format, quality, xmp, isLarge: isLarge(width * height) }).toBuffer()
  return xmp && format === 'png' ? withXmp(encoded, xmp) : encoded
}

/** How a picture is encoded. */
export interface Encoding {
  format: EncodedFormat
  quality?: number
  /** PNG needs it added afterwards: see `withXmp`. */
  xmp?: string | undefined
  isLarge: boolean
}

/** Prepares sharp to encode a picture. */
export function encoding(pixels: Sharp, { format, quality = 90, xmp, isLarge }: Encoding): Sharp {
  if (format === 'png') return pixels.png({ compressionLevel: 3 })
  const told = xmp ? pixels.withXmp(xmp) : pixels
  if (format === 'webp') return told.webp({ quality })
  // Optimised, the whole picture is in memory once more, and takes twice as long.
  return told.flatten({ background: '#fff' }).jpeg({ quality, optimiseCoding: !isLarge })
}

/** Whether a picture's sides are within the limits of a format. */
export function fits({ width, height }: { width: number; height: number }, format: EncodedFormat): boolean {
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
