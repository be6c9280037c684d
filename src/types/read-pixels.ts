import { type Channels, Image } from './image'
import { arranged, widened } from './pixel-layout'
import { isPixels } from './pixels'
import { asFloats, asRawBytes, isNumberArray, typedArrayName } from './typed-array'
import { ValueError } from './value-error'
import { quoteValue } from './words'

/** The picture in a record, or the encoded picture that the record contains in place of pixels. */
export type ReadPixels = Image | { encoded: Uint8Array }

/**
 * Reads a record of pixels `{data, width, height, channels?, range?, unit?}` such as those from canvases,
 * Jimp and sharp.
 *
 * Pixels are bytes in any object that holds bytes: a Buffer or typed array, an ArrayBuffer, a DataView, a
 * list, base64 text, or any of these after passing through JSON. Other numbers are floats, with 0 as black
 * and 1 as white unless `range` differs. A record that names its order of colours, planes or rows is
 * rearranged; see `arranged`.
 *
 * @param decode decodes base64 text
 * @returns null if the value isn't such a record
 * @throws ValueError that says what is wrong with the record
 */
export function readPixels(
  value: object,
  decode: (text: string) => Uint8Array | null,
  isEncoded: (bytes: Uint8Array) => boolean,
): ReadPixels | null {
  const record = recordOf(value)
  if (!record) return null
  const { data: given, pixels, range: givenRange, unit } = record
  const width = sizeOf('width', record.width)
  const height = sizeOf('height', record.height)
  const range = rangeOf(givenRange)
  if (!Object.hasOwn(record, 'data')) {
    if (!isPixels(pixels) || pixels.place.kind === 'ids') return null
    const channels = (record.channels ?? pixels.place.length / (width * height)) as Channels
    return new Image({ width, height, channels, pixels: pixels as Image['pixels'], range, unit: textOf(unit) })
  }
  const plain = withoutJson(given)
  const isList = Array.isArray(plain)
  const bytes = typeof plain === 'string' ? decode(plain) : (asRawBytes(plain) ?? bytesOfList(plain))
  const isRaw = bytes !== null && [1, 3, 4].includes(bytes.length / (width * height))
  if (bytes && !isRaw && isEncoded(bytes)) return { encoded: bytes }
  const wide = bytes && widened(record, bytes, isList)
  if (bytes && !wide && Array.isArray(given) && !range) refuseZeroesAndOnes(bytes)
  const areBytes = bytes !== null && !wide
  const found = areBytes ? bytes : floatsOf(wide ?? plain, range)
  const most = (record.channels ?? found.length / (width * height)) as number
  const { channels, numbers } = arranged(record, { width, height, channels: most, numbers: found })
  const fields = { width, height, channels: channels as Channels, unit: textOf(unit) }
  if (!areBytes) return new Image({ ...fields, data: numbers, range })
  const isBytesOwn = !range || (range[0] === 0 && range[1] === 255)
  return isBytesOwn
    ? new Image({ ...fields, data: numbers })
    : new Image({ ...fields, data: Float32Array.from(numbers), range })
}

/** The fields may be inside `bitmap` (Jimp), or the size inside `info` (sharp). */
function recordOf(value: object): Record<string, unknown> | null {
  const { bitmap, info } = value as { bitmap?: unknown; info?: unknown }
  const inner = isObject(bitmap) ? bitmap : isObject(info) && 'data' in value ? { ...info, ...value } : value
  const record = inner as Record<string, unknown>
  return 'width' in record && 'height' in record && ('data' in record || 'pixels' in record) ? record : null
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** @throws ValueError */
export function sizeOf(name: string, value: unknown): number {
  const size = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof size === 'number' && Number.isFinite(size)) return size
  throw new ValueError(`its ${name} is ${quoteValue(value)}, but must be a number of pixels`)
}

function rangeOf(range: unknown): [number, number] | undefined {
  if (range === undefined || range === null) return undefined
  const pair = isNumberArray(range) ? Array.from(range) : range
  if (Array.isArray(pair) && pair.length === 2 && pair.every(Number.isFinite)) return [pair[0], pair[1]]
  throw new ValueError(
    `its range is ${quoteValue(range)}, but must be the values shown black and white, such as [0, 255]`,
  )
}

/** In JSON, a Buffer is `{"type": "Buffer", "data": […]}` and a typed array `{"0": …, "1": …}`. */
export function withoutJson(data: unknown): unknown {
  if (!isObject(data) || Array.isArray(data) || ArrayBuffer.isView(data)) return data
  const { type, data: inner } = data as { type?: unknown; data?: unknown }
  if (type === 'Buffer' && Array.isArray(inner)) return inner
  return '0' in data ? Object.values(data) : data
}

export function bytesOfList(list: unknown): Uint8Array | null {
  if (!Array.isArray(list)) return null
  const bytes = new Uint8Array(list.length)
  for (let i = 0; i < bytes.length; i++) {
    const byte: unknown = list[i]
    bytes[i] = byte as number
    if (bytes[i] !== byte) return null
  }
  return bytes
}

/**
 * A mask, or floats that happen to be integers, would become a black picture if read as bytes.
 * @throws ValueError
 */
function refuseZeroesAndOnes(list: Uint8Array): void {
  if (list.some((value) => value > 1) || !list.includes(1)) return
  throw new ValueError(
    'its data is a list of 0 and 1, which may be bytes or shades: add "range" to the record, "range": [0, 1] where 1 is white',
  )
}

/** Resizing may make values slightly exceed black and white. */
const BEYOND = 0.5

/** @throws ValueError if the range is missing or a value isn't a number */
function floatsOf(given: unknown, range: [number, number] | undefined): Float32Array {
  const isList = Array.isArray(given) && given.length > 0
  if (!isList && !isNumberArray(given)) {
    const what = given === null || given === undefined ? 'missing' : nameOf(given)
    throw new ValueError(
      `its data is ${what}, but must be bytes (a Buffer, a Uint8Array, a list from 0 to 255) or floats`,
    )
  }
  const values = given as ArrayLike<number>
  const name = typedArrayName(given)
  const isWhole = name !== null && !name.startsWith('Float')
  let [least, most] = [0, 1]
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    if (!Number.isFinite(value))
      throw new ValueError(`its data has ${quoteValue(value)} at index ${i}, which isn't a number`)
    if (value < least) least = value
    if (value > most) most = value
  }
  if (!range && (isWhole || least < -BEYOND || most > 1 + BEYOND)) {
    const what = isWhole ? withArticle(name) : `floats from ${short(least)} to ${short(most)}`
    const example = isWhole && /16/.test(name) ? '[0, 65535]' : least < -BEYOND ? '[-1, 1]' : '[0, 255]'
    throw new ValueError(
      `its data is ${what}, which doesn't say what is black and white: add "range" to the record, such as "range": ${example}`,
    )
  }
  return asFloats(given) ?? Float32Array.from(values)
}

function nameOf(given: unknown): string {
  const name = typedArrayName(given)
  if (name) return withArticle(name)
  return typeof given === 'string' ? "text that isn't base64" : quoteValue(given)
}

function withArticle(name: string): string {
  return `${name.startsWith('Int') ? 'an' : 'a'} ${name}`
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)))
}
