import { pngChunk } from '../types'

const HEAD = 'XML:com.adobe.xmp\0\0\0\0\0'
/** The position after the signature and the header chunk, which has a fixed length. */
const BEHIND_HEADER = 33

/**
 * Adds an uncompressed XMP packet to a PNG, as the XMP standard requires. sharp would compress it, which few
 * programs can read.
 */
export function withXmp(png: Buffer, xmp: string): Buffer {
  const chunk = pngChunk('iTXt', Buffer.concat([Buffer.from(HEAD, 'latin1'), Buffer.from(xmp)]))
  return Buffer.concat([png.subarray(0, BEHIND_HEADER), chunk, png.subarray(BEHIND_HEADER)])
}
