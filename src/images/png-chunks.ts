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

/** Assembles a chunk. */
export function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc(body))
  return Buffer.concat([length, body, check])
}

function crc(bytes: Uint8Array): number {
  let value = 0xffffffff
  for (const byte of bytes) {
    value ^= byte
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0)
  }
  return (value ^ 0xffffffff) >>> 0
}
