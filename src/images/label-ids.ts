import { type Channels, Image, inPieces } from '../types'
import type { Metadata } from './sharp'
import { pagesOfTiff } from './tiff-pages'

/**
 * @param start the first bytes of the picture
 * @throws Error in a sentence if its values can't be label ids, because saving it has changed them
 */
export async function checkIds(
  { format, compression }: Metadata,
  { given, start }: { given: Uint8Array | string; start: Uint8Array },
): Promise<void> {
  const [page] = format === 'tiff' ? await pagesOfTiff(given) : []
  const name = format.toUpperCase()
  if (page?.isInverted) throw new Error(`the ${name} stores white as 0, which inverts label ids: save it as PNG`)
  if (format === 'jpeg' || compression === 'av1' || page?.isLossy || (format === 'webp' && isLossyWebp(start)))
    throw new Error(`the ${name} contains only greys, but its compression changes label ids: save it as PNG`)
}

/** Whether it isn't known to be lossless: VP8L comes first, or after the chunk of extensions and a short profile. */
function isLossyWebp(start: Uint8Array): boolean {
  const bytes = Buffer.from(start.buffer, start.byteOffset, start.length)
  for (let at = 12; at + 8 <= bytes.length; at += 8 + 2 * Math.ceil(bytes.readUInt32LE(at + 4) / 2)) {
    const type = bytes.toString('latin1', at, at + 4)
    if (type !== 'VP8X' && type !== 'ICCP') return type !== 'VP8L'
  }
  return true
}

/**
 * The ids in the first of three equal channels of 16 bits; null if all were made of 8 bits, by repeating each
 * byte.
 */
export async function idsOf16(numbers: Uint16Array, { width, height, channels }: Shape): Promise<Image | null> {
  let isRepeated = true
  const ids = new Float32Array(width * height)
  await inPieces(ids.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const id = numbers[i * channels] as number
      ids[i] = id
      if (id % 257 > 0) isRepeated = false
    }
  })
  return isRepeated ? null : new Image({ width, height, channels: 1, data: ids, range: [0, 65_535] })
}

/** The ids of a picture with fewer than 8 bits, whose values the decoder spreads over the range of 8. */
export function unscaledIds(image: Image, { bitsPerSample = 8, isPalette }: Metadata): Image {
  if (bitsPerSample >= 8 || isPalette) return image
  const step = 255 / (2 ** bitsPerSample - 1)
  return new Image({ ...image, data: (image.data as Uint8Array).map((value) => value / step) })
}

/** Whether all colours are shades of grey, and not only black, which is no different after any compression. */
export async function areGreys(numbers: Uint8Array | Uint16Array, channels: Channels): Promise<boolean> {
  let [isGrey, isBlack] = [true, true]
  await inPieces(numbers.length / channels, (from, to) => {
    for (let at = from * channels; isGrey && at < to * channels; at += channels) {
      if (numbers[at] !== numbers[at + 1] || numbers[at] !== numbers[at + 2]) isGrey = false
      else if (numbers[at]) isBlack = false
    }
  })
  return isGrey && !isBlack
}

interface Shape {
  width: number
  height: number
  channels: Channels
}
