/** XMP packets longer than this are not read. */
const LONGEST = 1_000_000
const JPEG_XMP = 'http://ns.adobe.com/xap/1.0/\0'
const PNG_XMP = 'XML:com.adobe.xmp\0\0\0\0\0'

/** The XMP packet of a PNG, JPEG or WebP; null where there is none that can be read. Only headers are looked at on the way. */
export function xmpIn(bytes: Uint8Array): string | null {
  const start = latin(bytes, 0, 12)
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return inPng(bytes)
  if (start.startsWith('\xff\xd8')) return inJpeg(bytes)
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
