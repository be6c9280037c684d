import { withChannelsInPieces } from './adapt'
import { secondsInWords } from './audio'
import { pathOfFileUrl } from './file-url'
import { fitSound } from './fit-sound'
import type { ImageCodec } from './image-codec'
import { othersTurn } from './in-pieces'
import { judgeTypes } from './judge'
import { refuseBoxInPixels, refuseBoxOutOfOrder, refusePointInPixels } from './on-picture'
import type { ArrayType, PortType, PortTypeOf, TypeName } from './port-type'
import { readNumbers } from './read-numbers'
import { readPicture } from './read-picture'
import { readSegmentation } from './read-segmentation'
import { readSound } from './read-sound'
import { Refusal, refuse } from './refusal'
import { isTakenAsOne } from './rules/array'
import { findChoice } from './rules/category'
import { hasExtension, isPath } from './rules/file'
import { isInRange, parseNumber } from './rules/number'
import { LONGEST_WORD, parseBoolean } from './rules/text'
import { typeOf } from './type-of'
import { asBytes, isNumberArray } from './typed-array'

/**
 * The maximum number of characters in text, about the length of a long book. Models and converters take about
 * a second for it.
 */
const MOST_TEXT = 1_000_000

const count = (number: number) => number.toLocaleString('en')

export interface ReadContext {
  name: string
  codec: ImageCodec
  /** Reads a value inside another one. */
  readValue(type: PortType, value: unknown, name: string, codec: ImageCodec): Promise<unknown>
}

/** Reads a value that isn't missing. @throws ValueError */
export type Reader<T> = (type: T, value: unknown, context: ReadContext) => unknown

export const readers: { [Name in TypeName]: Reader<PortTypeOf<Name>> } = {
  any: (_, value) => value,
  number: (type, value, { name }) => {
    const number = isWord(value) ? parseNumber(value) : typeof value === 'number' ? value : null
    return isInRange(number, type) && Number.isFinite(number) ? number : refuse(name, value, type)
  },
  text: (type, value, { name }) => {
    if (!isWords(value)) return refuse(name, value, type)
    const { maxLength = MOST_TEXT } = type
    if (value.length > Math.max(MOST_TEXT, maxLength))
      throw new Refusal(
        `${name} has ${count(value.length)} characters, but at most ${count(MOST_TEXT)} are allowed: shorten it`,
      )
    const fits = value.length >= (type.minLength ?? 0) && value.length <= (type.maxLength ?? Number.POSITIVE_INFINITY)
    return fits ? value : refuse(name, value, type)
  },
  boolean: (type, value, { name }) => {
    if (typeof value === 'boolean') return value
    return (isWord(value) ? parseBoolean(value) : null) ?? refuse(name, value, type)
  },
  category: (type, value, { name }) => {
    if (!isWords(value)) return refuse(name, value, type)
    if (!type.oneOf?.length) return value
    return (isWord(value) ? findChoice(value, type.oneOf) : null) ?? refuse(name, value, type)
  },
  file: (type, value, { name }) => {
    const path = readPath(value)
    return path && hasExtension(path, type) ? path : refuse(name, value, type)
  },
  directory: (type, value, { name }) => readPath(value) ?? refuse(name, value, type),
  image: async (type, value, { name, codec }) => {
    // A specific form is only required if the receiver can't read any other.
    if (type.format && type.format !== 'value') {
      const given = typeOf(value)
      if (!given || judgeTypes(given, type).verdict === 'mismatch') return refuse(name, value, type)
    }
    const grey = type.channels === undefined || type.channels === 1
    const image = (await readPicture(value, codec, { grey })) ?? refuse(name, value, type)
    return type.channels ? withChannelsInPieces(image, type.channels) : image
  },
  audio: async (type, value, { name, codec }) => {
    if (type.format && type.format !== 'value') {
      const given = typeOf(value)
      if (!given || judgeTypes(given, type).verdict === 'mismatch') return refuse(name, value, type)
    }
    const sound = (await readSound(value, codec)) ?? refuse(name, value, type)
    if (type.maxSeconds && sound.seconds > type.maxSeconds)
      throw new Refusal(
        `${name} is ${secondsInWords(sound.seconds)} long, but at most ${type.maxSeconds} are allowed: cut it first, with a convert node`,
      )
    return fitSound(sound, type)
  },
  segmentation: readSegmentation,
  vector: readNumbers,
  image_point: (type, value, context) => {
    const point = readNumbers(type, value, context)
    refusePointInPixels(point)
    return point
  },
  image_bounding_box: (type, value, context) => {
    const box = readNumbers(type, value, context)
    refuseBoxOutOfOrder(box)
    refuseBoxInPixels(box)
    return box
  },
  image_landmarks: (type, value, context) => {
    const { length } = type
    const points: ArrayType = { type: 'array', itemType: { type: 'image_point' }, minLength: length, maxLength: length }
    return readItems(points, value, context, type)
  },
  array: async (type, value, context) => {
    const given = typeOf(value)
    const isOne = given !== null && isTakenAsOne(given, type, judgeTypes)
    if (isOne) return [await context.readValue(type.itemType, value, context.name, context.codec)]
    return readItems(type, value, context, type)
  },
  record: async (type, value, { name, codec, readValue }) => {
    const isRecord = typeof value === 'object' && value !== null && typeOf(value)?.type === 'record'
    const names = Object.keys(type.fields)
    if (!isRecord || names.some((field) => !Object.hasOwn(value, field))) return refuse(name, value, type)
    const fields = await Promise.all(
      names.map(async (field): Promise<[string, unknown]> => {
        const given = (value as Record<string, unknown>)[field]
        return [field, await readValue(type.fields[field] as PortType, given, `${name}.${field}`, codec)]
      }),
    )
    return { ...value, ...Object.fromEntries(fields) }
  },
}

/** The maximum number of items in a list whose items are read one by one. */
const MOST_ITEMS = 200_000

/** The number of items read before other work gets a turn. */
const ITEMS_AT_ONCE = 2000

/** @param wanted the type to name in error messages */
async function readItems(
  { itemType, minLength = 0, maxLength = Number.POSITIVE_INFINITY }: ArrayType,
  value: unknown,
  { name, codec, readValue }: ReadContext,
  wanted: PortType,
): Promise<unknown[]> {
  const isList = Array.isArray(value) || (isNumberArray(value) && !asBytes(value))
  if (!isList || value.length < minLength || value.length > maxLength) return refuse(name, value, wanted)
  if (value.length > MOST_ITEMS)
    throw new Refusal(
      `${name} has ${count(value.length)} items, but at most ${count(MOST_ITEMS)} are allowed: send them in parts`,
    )
  const items: unknown[] = Array.from(value as ArrayLike<unknown>)
  const read: unknown[] = []
  while (read.length < items.length) {
    const from = read.length
    if (from > 0) await othersTurn()
    const some = items.slice(from, from + ITEMS_AT_ONCE)
    read.push(...(await Promise.all(some.map((item, i) => readValue(itemType, item, `${name}[${from + i}]`, codec)))))
  }
  return read
}

/** Whether a value is real text, not a picture or sound encoded as text. */
function isWords(value: unknown): value is string {
  if (typeof value !== 'string') return false
  const type = typeOf(value)?.type
  return type !== 'image' && type !== 'audio'
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_WORD
}

function readPath(value: unknown): string | null {
  if (!isWords(value) || !isPath(value)) return null
  return pathOfFileUrl(value) ?? value
}
