import { pictureFormat } from './picture-format'
import { ValueError } from './value-error'

/**
 * The beginnings of encoded pictures and sounds whose bytes were decoded as UTF-8, which replaces invalid
 * bytes by `\ufffd`.
 */
const LOST =
  /^(\ufffd{2,5}[\s\S]{0,6}(JFIF|Exif|ICC_PROFILE|Adobe)|\ufffd{3}|\ufffdPNG\r?\n|GIF8[79]a|RIFF[\s\S]{3,16}W(EBP|AVE)|ID3[^ -~]|OggS\0|fLaC\0|(II\*|MM)\0|[\0\s\S]{3,6}ftyp(avif|avis|heic|heix|hevc|mif1|msf1)|BM[\s\S]{0,12}\0)/

/** Bytes that were decoded as Latin-1 ("binary") can be recovered. Null for other text. */
export function bytesOfLatin(text: string): Uint8Array | null {
  if (!isLatinPicture(text)) return null
  const codes = codesOf(text)
  return codes.every((code) => code < 256) ? Uint8Array.from(codes) : null
}

/** Whether text begins like a picture whose bytes were decoded as Latin-1. */
export function isLatinPicture(text: string): boolean {
  const start = codesOf(text.slice(0, 200))
  return start.every((code) => code < 256) && pictureFormat(Uint8Array.from(start)) !== null
}

function codesOf(text: string): Uint16Array {
  return Uint16Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))
}

/** The advice for cases in which nothing is known about the flow. */
export const WHERE_BYTES_GET_LOST =
  'open the node that it comes from and set it to output "a binary buffer" (http request: Return; file in: "a single Buffer object"; mqtt in, tcp in, udp in and websocket: a Buffer)'

/** @throws ValueError if the text is a picture or a sound whose bytes were lost in decoding */
export function refuseLostBytes(text: string): void {
  const start = text.slice(0, 400)
  if (!LOST.test(start) && !isMostlyLost(start)) return
  throw new ValueError(`its bytes were turned into text on the way, which cannot be undone: ${WHERE_BYTES_GET_LOST}`)
}

/** @throws ValueError if the text is a data URI whose slashes were escaped by a template */
export function refuseEscaped(text: string): void {
  if (!/^\s*data:(image|audio|video)&#(x2f|47);/i.test(text.slice(0, 100))) return
  throw new ValueError(
    'the slashes of its data URI were escaped by a template: write three braces there, as in {{{payload}}}',
  )
}

/** Real text has no control characters, and hardly any replacement characters. */
function isMostlyLost(start: string): boolean {
  const odd = codesOf(start).filter((code) => code === 0xfffd || code < 9 || (code > 13 && code < 32)).length
  return odd >= 4 && odd > start.length / 10
}
