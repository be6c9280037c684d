const HEAD = 'XML:com.adobe.xmp\0\0\0\0\0'
/** After the signature and the header, which always has the same length. */
const BEHIND_HEADER = 33

/**
 * A PNG with an uncompressed XMP packet, as the XMP standard specifies; sharp would write a compressed one, which few
 * programs read.
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
