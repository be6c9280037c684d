/**
 * The extension of a GIF that contains XMP. Readers that don't know it take its bytes for block lengths, so a
 * trailer must lead them out of it from any position.
 */
export const GIF_XMP = '\x21\xff\x0bXMP DataXMP'
/** That trailer: 1, then 255 to 0, and the end. */
export const GIF_TRAILER = Uint8Array.of(1, ...Array.from({ length: 256 }, (_, i) => 255 - i), 0)
/** The UUID of an MP4 box that contains XMP. */
export const MP4_XMP = '\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac'

/** The position of a GIF's blocks: after its size and colour table. */
export function gifBlocks(gif: Uint8Array): number {
  const packed = gif[10] ?? 0
  return 13 + (packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0)
}

/** A GIF with an XMP packet. @param gif version 89a */
export function gifWithXmp(gif: Uint8Array, xmp: string): Uint8Array {
  const at = gifBlocks(gif)
  return joined([gif.subarray(0, at), latin(GIF_XMP), new TextEncoder().encode(xmp), GIF_TRAILER, gif.subarray(at)])
}

/** A box with an XMP packet, to be appended to an MP4. */
export function mp4Box(xmp: string): Uint8Array {
  const packet = new TextEncoder().encode(xmp)
  const head = new Uint8Array(4)
  new DataView(head.buffer).setUint32(0, 8 + MP4_XMP.length + packet.length)
  return joined([head, latin(`uuid${MP4_XMP}`), packet])
}

function latin(text: string): Uint8Array {
  return Uint8Array.from(text, (sign) => sign.charCodeAt(0))
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
