import { GIF_TRAILER, GIF_XMP, gifBlocks, MP4_XMP } from './embed'

/** Longer XMP packets, in bytes, aren't read. */
const LONGEST = 1_000_000
const JPEG_XMP = 'http://ns.adobe.com/xap/1.0/\0'
const PNG_XMP = 'XML:com.adobe.xmp\0\0\0\0\0'

/**
 * The XMP packet of a PNG, JPEG, WebP, GIF or MP4; null if it has none that is readable. Only headers are
 * read.
 */
export function xmpIn(bytes: Uint8Array): string | null {
  const start = latin(bytes, 0, 12)
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return inPng(bytes)
  if (start.startsWith('\xff\xd8')) return inJpeg(bytes)
  if (start.startsWith('GIF89a')) return inGif(bytes)
  if (start.slice(4, 8) === 'ftyp') return inMp4(bytes)
  return /^RIFF.{4}WEBP$/s.test(start) ? inWebp(bytes) : null
}

function inPng(bytes: Uint8Array): string | null {
  const view = viewOf(bytes)
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at)
    if (latin(bytes, at + 4, 4) === 'iTXt' && latin(bytes, at + 8, PNG_XMP.length) === PNG_XMP)
      return text(bytes, at + 8 + PNG_XMP.length, length - PNG_XMP.length)
    at += length + 12
  }
  return null
}

function inJpeg(bytes: Uint8Array): string | null {
  const view = viewOf(bytes)
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1]
    if (marker === 0xda) return null // the pixels begin
    const length = view.getUint16(at + 2)
    if (marker === 0xe1 && latin(bytes, at + 4, JPEG_XMP.length) === JPEG_XMP)
      return text(bytes, at + 4 + JPEG_XMP.length, length - 2 - JPEG_XMP.length)
    at += Math.max(2, length) + 2
  }
  return null
}

function inWebp(bytes: Uint8Array): string | null {
  const view = viewOf(bytes)
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at + 4, true)
    if (latin(bytes, at, 4) === 'XMP ') return text(bytes, at + 8, length)
    at += 8 + length + (length % 2)
  }
  return null
}

function inGif(bytes: Uint8Array): string | null {
  for (let at = gifBlocks(bytes); at < bytes.length; ) {
    if (bytes[at] === 0x2c) {
      const packed = bytes[at + 9] ?? 0
      at = blocksEnd(bytes, at + 11 + (packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0))
      continue
    }
    if (bytes[at] !== 0x21) return null
    const end = blocksEnd(bytes, at + 2)
    if (end > bytes.length) return null
    const start = at + GIF_XMP.length
    if (latin(bytes, at, GIF_XMP.length) === GIF_XMP) return text(bytes, start, end - GIF_TRAILER.length - start)
    at = end
  }
  return null
}

/** The position after a row of blocks of up to 255 bytes, which ends with an empty block. */
function blocksEnd(bytes: Uint8Array, start: number): number {
  let at = start
  while (bytes[at]) at += (bytes[at] as number) + 1
  return at + 1
}

function inMp4(bytes: Uint8Array): string | null {
  const view = viewOf(bytes)
  for (let at = 0; at + 24 <= bytes.length; ) {
    const short = view.getUint32(at)
    const [head, length] = short === 1 ? [16, Number(view.getBigUint64(at + 8))] : [8, short || bytes.length - at]
    if (length < head) return null
    const start = at + head + MP4_XMP.length
    if (latin(bytes, at + 4, 4) === 'uuid' && latin(bytes, at + head, MP4_XMP.length) === MP4_XMP)
      return text(bytes, start, at + length - start)
    at += length
  }
  return null
}

function text(bytes: Uint8Array, at: number, length: number): string | null {
  if (length <= 0 || length > LONGEST || at + length > bytes.length) return null
  return new TextDecoder().decode(bytes.subarray(at, at + length))
}

function latin(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length))
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}
