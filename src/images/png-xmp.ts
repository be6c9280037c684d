const HEAD = 'XML:com.adobe.xmp\0\0\0\0\0'
/** The position after the signature and the header chunk, which has a fixed length. */
const BEHIND_HEADER = 33

/**
 * Adds an uncompressed XMP packet to a PNG, as the XMP standard requires. sharp would compress it, which few
 * programs can read.
 */
export function withXmp(png: Buffer, xmp: string): Buffer {
  const body = Buffer.concat([Buffer.from(`iTXt${HEAD}`, 'latin1'), Buffer.from(xmp)])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length - 4)
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc(body))
  return Buffer.concat([png.subarray(0, BEHIND_HEADER), length, body, check, png.subarray(BEHIND_HEADER)])
}

function crc(bytes: Uint8Array): number {
  let value = 0xffffffff
  for (const byte of bytes) {
    value ^= byte
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0)
  }
  return (value ^ 0xffffffff) >>> 0
}
