import { pathOfFileUrl } from './file-url'
import { Image, isImage } from './image'
import type { ImageCodec } from './image-codec'
import { bytesOfLatin, refuseLostBytes } from './picture-as-text'
import { pictureFormat } from './picture-format'
import { bytesOfList, readPixels } from './read-pixels'
import { isPicturePath } from './rules/image'
import { isSegmentation } from './segmentation'
import { asRawBytes } from './typed-array'
import { ValueError } from './value-error'

/**
 * Reads everything that holds a picture: an `Image`; the bytes of an encoded one, in whatever holds bytes; a data URI or
 * base64 text of them; a record of pixels, see `readPixels`; the path of a picture file.
 *
 * @param options.grey whether an encoded grey picture keeps its one channel; else it becomes RGB
 * @param options.numbers whether an encoded picture of more than 8 bits keeps its numbers; else it becomes 8 bits
 * @returns null for what is no picture at all
 * @throws ValueError for a picture that cannot be read, and whatever the codec throws
 */
export async function readPicture(
  value: unknown,
  codec: ImageCodec,
  options?: { grey?: boolean; numbers?: boolean },
): Promise<Image | null> {
  if (isImage(value)) return wholeImage(value)
  if (typeof value === 'string') return readText(value, codec, options)
  if (typeof value !== 'object' || value === null || isLabelMap(value)) return null
  const bytes = asRawBytes(value) ?? bytesOfJson(value) ?? encodedIn(value)
  if (bytes) return bytes.length > 0 ? codec.decode(bytes, options) : null
  const pixels = readPixels(value, decodeLoosely, isEncoded)
  return pixels && 'encoded' in pixels ? codec.decode(pixels.encoded, options) : pixels
}

/** A list of bytes, or bytes seen as other numbers: only those that begin like a picture are meant as one. */
function encodedIn(value: object): Uint8Array | null {
  const bytes = ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength)
    : Array.isArray(value) && value.length > 16 && bytesOfList(value.slice(0, 200))
  return bytes && isEncoded(bytes) ? (Array.isArray(value) ? bytesOfList(value) : bytes) : null
}

function isEncoded(bytes: Uint8Array): boolean {
  return pictureFormat(bytes) !== null
}

/** A clone that Node-RED made is not frozen: what a Function node changed in it has to fit together. */
function wholeImage(image: Image): Image {
  return Object.isFrozen(image) ? image : new Image(image)
}

async function readText(
  text: string,
  codec: ImageCodec,
  options?: { grey?: boolean; numbers?: boolean },
): Promise<Image | null> {
  if (/^https?:\/\//i.test(text)) {
    throw new ValueError('a web address has to be fetched first, by an "http request" node that returns a Buffer')
  }
  const source = bytesOfDataUri(text) ?? bytesOfBase64(text) ?? bytesOfLatin(text) ?? pathOf(text)
  if (!source) refuseLostBytes(text)
  return source && codec.decode(source, options)
}

function bytesOfDataUri(text: string): Uint8Array | null {
  const comma = text.slice(0, 200).indexOf(',')
  if (!/^data:/i.test(text) || comma < 0) return null
  const body = text.slice(comma + 1)
  if (!/;base64$/i.test(text.slice(0, comma))) return new TextEncoder().encode(unescaped(body))
  return decodeBase64(body.replace(/%2B/gi, '+').replace(/%2F/gi, '/').replace(/%3D/gi, '='))
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new ValueError('its data URI is broken: a percent sign in it stands for nothing')
  }
}

/** Only text whose first bytes are a picture's is taken as base64. */
function bytesOfBase64(text: string): Uint8Array | null {
  const start = text.slice(0, 400).replace(/\s+/g, '')
  if (start.length < 16 || !/^[a-z0-9+/_-]+=*$/i.test(start)) return null
  return pictureFormat(decodeBase64(start.slice(0, start.length & ~3))) ? decodeBase64(text) : null
}

/** Base64, or base64url, which has other characters for the last two. */
function decodeBase64(text: string): Uint8Array {
  const bytes = decodeLoosely(text)
  if (!bytes) throw new ValueError('its base64 text is broken')
  return bytes
}

function decodeLoosely(text: string): Uint8Array | null {
  try {
    const binary = atob(/[-_]/.test(text) ? text.replace(/-/g, '+').replace(/_/g, '/') : text)
    const bytes = new Uint8Array(binary.length)
    // A function called for each byte would take a hundred times as long.
    for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i)
    return bytes
  } catch {
    return null
  }
}

function pathOf(text: string): { path: string } | null {
  const path = pathOfFileUrl(text)
  if (path) return { path }
  const isRooted = text.length < 4096 && /^(\/|\.{1,2}[/\\]|[a-z]:[/\\])[^\r\n]+$/i.test(text)
  return isRooted || isPicturePath(text) ? { path: text } : null
}

/** A label map has pixels too, but its ids are no shades of grey. */
function isLabelMap(value: object): boolean {
  return isSegmentation(value) || Array.isArray((value as { labels?: unknown }).labels)
}

/** A Buffer that went through JSON. */
function bytesOfJson(value: object): Uint8Array | null {
  const { type, data } = value as { type?: unknown; data?: unknown }
  return type === 'Buffer' && Array.isArray(data) ? Uint8Array.from(data as number[]) : null
}
