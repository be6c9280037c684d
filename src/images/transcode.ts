import { copyFile } from 'node:fs/promises'
import { findPicture } from '../types'
import { undecodedWithinLimits } from './codec'
import { counts } from './counts'
import { type EncodedFormat, encoding, fits, isLarge } from './encode'
import { copyWithXmp } from './png-xmp'

/**
 * Converts a large encoded picture, such as a photograph, into a file of another format. sharp does it row by
 * row, so that neither picture is in memory as a whole.
 *
 * @param value a picture in any form
 * @param place makes a place for a temporary file, if there is to be one
 * @returns copies the result, with the metadata, to its place. Null if the picture isn't large, if it can only
 * be converted in memory, or if anything is wrong with it or with the disk: the usual way says what
 */
export async function transcode(
  value: unknown,
  place: () => Promise<string>,
  { format, quality, xmp }: { format: EncodedFormat; quality: number; xmp: string | undefined },
): Promise<((path: string) => Promise<void>) | null> {
  try {
    const found = findPicture(value)
    if (!found || !('encoded' in found)) return null
    const pixels = await undecodedWithinLimits(
      found.encoded,
      (size) => isLarge(size.width * size.height) && fits(size, format),
    )
    if (!pixels) return null
    const file = await place()
    counts.decoded++
    counts.encoded++
    await encoding(pixels, { format, quality, xmp, isLarge: true }).toFile(file)
    return (path) => (xmp && format === 'png' ? copyWithXmp(file, path, xmp) : copyFile(file, path))
  } catch {
    return null
  }
}
