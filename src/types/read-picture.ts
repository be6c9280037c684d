import { pathOfFileUrl } from './file-url'
import { type Channels, Image, isImage } from './image'
import type { ImageCodec } from './image-codec'
import { pictureFormat } from './picture-format'
import { Pixels, pixelsOf } from './pixels'
import { isPicturePath } from './rules/image'
import { isSegmentation } from './segmentation'
import { asBytes } from './typed-array'
import { ValueError } from './value-error'

/**
 * Reads everything that holds a picture: an `Image`; a Buffer, data URI or base64 text of an encoded one; a record of
 * pixels `{data, width, height, channels?}` as canvases and Jimp give it; the path of a picture file.
 *
 * @param options.grey whether an encoded grey picture keeps its one channel; else it becomes RGB
 * @returns null for what is no picture at all
 * @throws ValueError for a picture that cannot be read, and whatever the codec throws
 */
export async function readPicture(
  value: unknown,
  codec: ImageCodec,
  options?: { grey?: boolean },
): Promise<Image | null> {
  if (isImage(value)) return wholeImage(value)
  if (typeof value === 'string') return readText(value, codec, options)
  if (typeof value !== 'object' || value === null || isLabelMap(value)) return null
  const bytes = asBytes(value) ?? bytesOfJson(value)
  if (bytes) return bytes.length > 0 ? codec.decode(bytes, options) : null
  return readPixels(value)
}

/** A clone that Node-RED made is not frozen: what a Function node changed in it has to fit together. */
function wholeImage(image: Image): Image {
  return Object.isFrozen(image) ? image : new Image(image)
}

async function readText(text: string, codec: ImageCodec, options?: { grey?: boolean }): Promise<Image | null> {
  if (/^https?:\/\//i.test(text)) {
    throw new ValueError('a web address has to be fetched first, by an "http request" node that returns a Buffer')
  }
  const source = bytesOfDataUri(text) ?? bytesOfBase64(text) ?? pathOf(text)
  return source && codec.decode(source, options)
}

function bytesOfDataUri(text: string): Uint8Array | null {
  const comma = text.slice(0, 200).indexOf(',')
  if (!/^data:/i.test(text) || comma < 0) return null
  const body = text.slice(comma + 1)
  return /;base64$/i.test(text.slice(0, comma))
    ? decodeBase64(body)
    : new TextEncoder().encode(decodeURIComponent(body))
}

/** Only text whose first bytes are a picture's is taken as base64. */
function bytesOfBase64(text: string): Uint8Array | null {
  const start = text.slice(0, 400).replace(/\s+/g, '')
  if (start.length < 16 || !/^[a-z0-9+/]+=*$/i.test(start)) return null
  return pictureFormat(decodeBase64(start.slice(0, start.length & ~3))) ? decodeBase64(text) : null
}

function decodeBase64(text: string): Uint8Array {
  let binary: string
  try {
    binary = atob(text)
  } catch {
    throw new ValueError('its base64 text is broken')
  }
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
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

function readPixels(value: object): Image | null {
  const { bitmap } = value as { bitmap?: unknown }
  const record = (typeof bitmap === 'object' && bitmap !== null ? bitmap : value) as Record<string, unknown>
  const { width, height, data, range, unit } = record
  const list = bytesOfList(data)
  const pixels = list ? Pixels.here(list) : pixelsOf(record)
  if (typeof width !== 'number' || typeof height !== 'number' || !pixels || pixels.place.kind === 'ids') return null
  const channels = (record.channels ?? pixels.place.length / (width * height)) as Channels
  const isRange = Array.isArray(range) && range.length === 2 && range.every(Number.isFinite)
  return new Image({
    width,
    height,
    channels,
    pixels: pixels as Image['pixels'],
    range: isRange ? [range[0], range[1]] : undefined,
    unit: typeof unit === 'string' ? unit : undefined,
  })
}

function bytesOfList(list: unknown): Uint8Array | null {
  if (!Array.isArray(list)) return null
  return list.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255) ? Uint8Array.from(list) : null
}
