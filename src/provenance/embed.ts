/**
 * The extension of a GIF that holds XMP; its bytes count as the lengths of blocks, so what follows leads out
 * of it from anywhere.
 */
export const GIF_XMP = '\x21\xff\x0bXMP DataXMP'
/** 1, 255 to 0, and the end. */
export const GIF_TRAILER = Uint8Array.of(1, ...Array.from({ length: 256 }, (_, i) => 255 - i), 0)
/** Of the box of an MP4 that holds XMP. */
export const MP4_XMP = '\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac'

/** Where the blocks of a GIF begin: after its sizes and its colours. */
export function gifBlocks(gif: Uint8Array): number {
  const packed = gif[10] ?? 0
  return 13 + (packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0)
}

/** A GIF that carries an XMP packet. @param gif of version 89a */
export function gifWithXmp(gif: Uint8Array, xmp: string): Uint8Array {
  const at = gifBlocks(gif)
  return joined([gif.subarray(0, at), latin(GIF_XMP), new TextEncoder().encode(xmp), GIF_TRAILER, gif.subarray(at)])
}

/** The box that, at the end of an MP4, carries an XMP packet. */
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
