import { ValueError } from './value-error'
import { count, quote } from './words'

/** Fields of a record that may name the order of its colours or of its values. */
const NAMING = [
  ...['colorSpace', 'colourSpace', 'colorOrder', 'channelOrder', 'order'],
  ...['encoding', 'pixelFormat', 'format', 'layout'],
] as const

/** Fields with the distance between rows in bytes. */
const ROWS = ['step', 'stride', 'rowStride', 'bytesPerRow', 'linesize'] as const

const KINDS = ['dtype', 'depth'] as const

/** All fields in which records of other packages describe the layout of their values. */
export const LAYOUT_FIELDS: readonly string[] = [...NAMING, ...ROWS, ...KINDS, 'planar', 'shape', 'dims']

/** OpenCV's and ROS's names may end with the number of bits. */
const ORDER = /^(rgb|rgba|bgr|bgra|argb|abgr)(8|24|32|888|8888)?$/
const PLANAR = /^n?chw$|planar/
const OTHER_COLORS =
  /^(hsv|hsl|hls|lab|luv|xyz|cmyk|yuv|yuy|ycbcr|ycrcb|yv12|i420|nv\d\d|uyvy|bayer|rgb5|display-p3|adobe)/

type Numbers = Uint8Array | Float32Array

interface Given {
  width: number
  height: number
  channels: number
  numbers: Numbers
}

/**
 * Converts values of other number types that arrived as plain bytes or as a list. The record names the type
 * ("float32", "uint16").
 *
 * @returns null if they are bytes
 */
export function widened(record: Record<string, unknown>, bytes: Uint8Array, isList: boolean): ArrayLike<number> | null {
  const name = KINDS.map((field) => lower(record[field])).join(' ')
  const View = /float64|double/.test(name)
    ? Float64Array
    : /float|f32/.test(name)
      ? Float32Array
      : /uint16|ushort/.test(name)
        ? Uint16Array
        : null
  if (!View) return null
  if (isList) return View.from(bytes)
  const { BYTES_PER_ELEMENT: size } = View
  if (bytes.length % size === 0) return new View(bytes.slice().buffer)
  throw new ValueError(
    `its data has ${count(bytes.length, 'byte')}, but each of its ${quote(name.trim())} numbers takes ${size}`,
  )
}

/**
 * Rearranges the values of a record with a described layout as RGB or RGBA, pixel by pixel, without padding
 * between rows.
 *
 * @throws ValueError for colour spaces that can't be converted, and for an order that doesn't fit the number
 * of channels
 */
export function arranged(record: Record<string, unknown>, given: Given): { channels: number; numbers: Numbers } {
  const names = NAMING.map((field) => [field, lower(record[field])] as const)
  for (const [field, name] of names) {
    if (!OTHER_COLORS.test(name)) continue
    throw new ValueError(
      `its ${field} is ${quote(String(record[field]))}, but its colours must be sRGB (RGB, BGR, with or without alpha) or grey: convert them first`,
    )
  }
  const [field, order = ''] = names
    .map(([field, name]) => [field, ORDER.exec(name)?.[1]] as const)
    .find(([, order]) => order) ?? ['']
  const dense = withoutPadding(record, given, order.length)
  const isPlanar =
    record.planar === true || names.some(([, name]) => PLANAR.test(name)) || hasPlanesFirst(record, dense)
  const { numbers, channels } = isPlanar ? interleaved(dense) : dense
  const places = placesOf(order, channels)
  if (places === undefined)
    throw new ValueError(
      `its ${field} is ${quote(String(record[field]))}, but its data has ${count(channels, 'channel')} a pixel`,
    )
  return { channels, numbers: places ? permuted(numbers, places) : numbers }
}

function lower(value: unknown): string {
  return typeof value === 'string' ? value.toLowerCase() : ''
}

/** Rows may have padding at the end, as in data from cameras and graphics cards. */
function withoutPadding(record: Record<string, unknown>, given: Given, named: number): Given {
  const { width, height, numbers } = given
  const row = ROWS.map((field) => record[field]).find(
    (step) => typeof step === 'number' && step * height === numbers.length,
  ) as number | undefined
  const channels = Number(record.channels ?? (named || Math.floor((row ?? 0) / width)))
  if (!row || row === width * channels || !(row > width * channels)) return given
  const dense = numbers.slice(0, width * height * channels)
  for (let y = 1; y < height; y++)
    dense.set(numbers.subarray(y * row, y * row + width * channels), y * width * channels)
  return { width, height, channels, numbers: dense }
}

function hasPlanesFirst(record: Record<string, unknown>, { width, height, channels }: Given): boolean {
  const shape = [record.shape, record.dims].find(Array.isArray)?.slice(-3).join(' ')
  return shape === `${channels} ${height} ${width}` && shape !== `${height} ${width} ${channels}`
}

function interleaved(given: Given): Given {
  const { channels, numbers } = given
  const points = numbers.length / channels
  const mixed = numbers.slice()
  for (let channel = 0; channel < channels; channel++)
    for (let at = 0; at < points; at++) mixed[at * channels + channel] = numbers[channel * points + at] as number
  return { ...given, numbers: mixed }
}

/**
 * The indexes of red, green, blue and alpha; null if they are in this order already, undefined if the order
 * doesn't fit the number of channels.
 */
function placesOf(order: string, channels: number): number[] | null | undefined {
  if (order === '' || order.startsWith('rgb')) return null
  if (order.startsWith('bgr') && channels === 4) return [2, 1, 0, 3]
  return order.length === channels ? [...'rgba'.slice(0, channels)].map((color) => order.indexOf(color)) : undefined
}

function permuted(numbers: Numbers, places: readonly number[]): Numbers {
  const moved = numbers.slice()
  const { length } = places
  for (let at = 0; at < numbers.length; at += length)
    for (let k = 0; k < length; k++) moved[at + k] = numbers[at + (places[k] as number)] as number
  return moved
}
