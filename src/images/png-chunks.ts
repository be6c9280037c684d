const SIGNATURE = 8
/** A chunk's length and type before its data, and its checksum after it, in bytes. */
const HEAD = 8
const CHECKSUM = 4

export interface PngChunk {
  type: string
  data: Uint8Array
  /** All of it, with its length, type and checksum. */
  whole: Uint8Array
}

/** The chunks of a PNG, up to one that is cut off. */
export function* chunksOfPng(png: Uint8Array): Generator<PngChunk> {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.length)
  for (let at = SIGNATURE; at + HEAD + CHECKSUM <= bytes.length; ) {
    const dataAt = at + HEAD
    const end = dataAt + bytes.readUInt32BE(at) + CHECKSUM
    if (end > bytes.length) return
    yield {
      type: bytes.toString('latin1', at + 4, dataAt),
      data: bytes.subarray(dataAt, end - CHECKSUM),
      whole: bytes.subarray(at, end),
    }
    at = end
  }
}
