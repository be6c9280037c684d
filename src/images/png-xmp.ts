import { createReadStream, createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { pngChunk } from '../types'

const HEAD = 'XML:com.adobe.xmp\0\0\0\0\0'
/** The position after the signature and the header chunk, which has a fixed length. */
const BEHIND_HEADER = 33

/**
 * Adds an uncompressed XMP packet to a PNG, as the XMP standard requires. sharp would compress it, which few
 * programs can read.
 */
export function withXmp(png: Buffer, xmp: string): Buffer {
  return Buffer.concat([png.subarray(0, BEHIND_HEADER), chunkOf(xmp), png.subarray(BEHIND_HEADER)])
}

/** Copies a PNG file, and adds the packet to the copy. */
export async function copyWithXmp(png: string, copy: string, xmp: string): Promise<void> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield* createReadStream(png, { end: BEHIND_HEADER - 1 })
    yield chunkOf(xmp)
    yield* createReadStream(png, { start: BEHIND_HEADER })
  }
  await pipeline(pieces, createWriteStream(copy))
}

function chunkOf(xmp: string): Uint8Array {
  return pngChunk('iTXt', Buffer.concat([Buffer.from(HEAD, 'latin1'), Buffer.from(xmp)]))
}
