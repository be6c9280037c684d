import { bytesOfBase64, bytesOfJson, decodeBase64, decodeLoosely, encodedIn, isEncoded } from './encoded-picture'
import { pathOfFileUrl } from './file-url'
import { Image, isImage } from './image'
import type { DecodeAs, ImageCodec } from './image-codec'
import { bytesOfLatin, refuseEscaped, refuseLostBytes } from './picture-as-text'
import { readPixels } from './read-pixels'
import { isPicturePath, isRootedPath, isWebAddress, withoutLineEnd } from './rules/image'
import { isSegmentation } from './segmentation'
import { soundFormat } from './sound-format'
import { soundInText } from './sound-in-text'
import { asRawBytes } from './typed-array'
import { ValueError } from './value-error'
import { quote } from './words'

/** A picture that hasn't been decoded yet: its bytes, or a file. */
export interface Encoded {
  encoded: Uint8Array | { path: string }
}

/**
 * Reads a picture in any form: an `Image`; the bytes of an encoded picture, in any object that holds bytes; a
 * data URI or base64 text; a record of pixels (see `readPixels`); the path of a picture file.
 *
 * @returns null if the value isn't a picture
 * @throws ValueError for a picture that can't be read, and any error of the codec
 */
export async function readPicture(value: unknown, codec: ImageCodec, as?: DecodeAs): Promise<Image | null> {
  const found = findPicture(value)
  return found && 'encoded' in found ? codec.decode(found.encoded, as) : found
}

/** The same without decoding. */
export function findPicture(value: unknown): Image | Encoded | null {
  if (isImage(value)) return wholeImage(value)
  if (typeof value === 'string') return findInText(value)
  if (typeof value !== 'object' || value === null || isLabelMap(value)) return null
  const bytes = asRawBytes(value) ?? bytesOfJson(value) ?? encodedIn(value)
  if (bytes) return bytes.length > 0 && !soundFormat(bytes) ? { encoded: bytes } : null
  return readPixels(value, decodeLoosely, isEncoded)
}

/**
 * Clones made by Node-RED aren't frozen, so a Function node may have changed one inconsistently. The
 * constructor checks it.
 */
function wholeImage(image: Image): Image {
  return Object.isFrozen(image) ? image : new Image(image)
}

function findInText(text: string): Encoded | null {
  if (isWebAddress(text)) {
    throw new ValueError(
      /^\s*https?:/i.test(text)
        ? 'a web address must be fetched first, with an "http request" node that returns a Buffer'
        : `${quote(text)} is an address, not a file: fetch it first, with a node that returns a Buffer`,
    )
  }
  if (soundInText(text)) return null
  refuseEscaped(text)
  const source = bytesOfDataUri(text.trimStart()) ?? bytesOfBase64(text) ?? bytesOfLatin(text) ?? pathOf(text)
  if (!source) refuseLostBytes(text)
  return source && { encoded: source }
}

function bytesOfDataUri(text: string): Uint8Array | null {
  const comma = text.slice(0, 200).indexOf(',')
  if (!/^data:/i.test(text) || comma < 0) return null
  const body = text.slice(comma + 1)
  if (!/;base64$/i.test(text.slice(0, comma))) return unescaped(body)
  return decodeBase64(body.includes('%') ? unescapedBase64(body) : body)
}

function unescapedBase64(text: string): string {
  return text.replace(/%2B/gi, '+').replace(/%2F/gi, '/').replace(/%3D/gi, '=')
}

/** Percent escapes represent bytes, which may not be valid UTF-8. */
function unescaped(text: string): Uint8Array {
  const source = new TextEncoder().encode(text)
  const bytes = new Uint8Array(source.length)
  let length = 0
  for (let i = 0; i < source.length; i++) {
    const isEscape = source[i] === PERCENT
    const digits = isEscape ? String.fromCharCode(...source.subarray(i + 1, i + 3)) : ''
    if (isEscape && !/^[\da-f]{2}$/i.test(digits))
      throw new ValueError('its data URI is broken: it contains a stray percent sign')
    bytes[length++] = isEscape ? Number.parseInt(digits, 16) : (source[i] as number)
    if (isEscape) i += 2
  }
  return bytes.subarray(0, length)
}

const PERCENT = 0x25

function pathOf(text: string): { path: string } | null {
  const path = pathOfFileUrl(text)
  if (path) return { path }
  return isRootedPath(text) || isPicturePath(text) ? { path: withoutLineEnd(text) } : null
}

/** A label map has pixels too, but its ids aren't shades of grey. */
function isLabelMap(value: object): boolean {
  return isSegmentation(value) || Array.isArray((value as { labels?: unknown }).labels)
}
