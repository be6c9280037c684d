import { carriedBy, carry, codec, type EncodedFormat, encodeImage, fits } from '../images/index'
import {
  type Audio,
  adapt,
  colorize,
  colorsOf,
  Image,
  type ImageCodec,
  isAudio,
  isImage,
  isSegmentation,
  othersTurn,
  type PortType,
  readValue,
  Segmentation,
  soundMime,
  ValueError,
  writeWavInPieces,
} from '../types/index'
import { pictureBytes } from './picture-bytes'
import { RequestError } from './request-error'
import { soundBytes } from './sound-bytes'

/**
 * Values in JSON, in the forms of the Runway Model SDK: a picture or sound is a data URI, a label map a
 * picture in its colours, a vector a list. Used both for published flows and for queries to other servers.
 */

/** How pictures are encoded. `IDS`: a label map as a one-channel PNG of label ids. */
export type PictureForm = 'JPEG' | 'PNG' | 'WEBP' | 'IDS'

const FORMS: readonly string[] = ['JPEG', 'PNG', 'WEBP', 'IDS'] satisfies PictureForm[]

/** How pictures and other bytes are encoded. */
export interface Encoder {
  picture(image: Image, format: EncodedFormat): Promise<unknown>
  bytes(bytes: Buffer): unknown
}

const asText: Encoder = {
  picture: async (image, format) => writeBytes(await encodeImage(image, format)),
  bytes: writeBytes,
}

/** Maximum nesting depth of values: many nodes process them recursively without a limit. */
const MAX_DEPTH = 64

/** How many values and characters may still be written. A name counts as several values. */
interface Room {
  values: number
  characters: number
}

/** About a second's work, done in pieces, and a string length that every program supports. */
const ROOM: Room = { values: 2_000_000, characters: 2 ** 28 }
/** An object with more different names would be slow to create. */
const MOST_NAMES = 25_000

/**
 * Converts a value to JSON. Colour pictures become JPEG, and grey ones and those with transparency PNG,
 * unless `form` says otherwise. A float image becomes the picture that displays it. Long work is done in
 * pieces.
 * @param type the value's known type, for example for the colours of a label map
 * @throws ValueError for values that JSON can't contain, or that are too large
 */
export async function toWire(
  value: unknown,
  type: PortType = { type: 'any' },
  form?: PictureForm,
  encoder: Encoder = asText,
): Promise<unknown> {
  return write(value, type, { form, encoder, room: { ...ROOM } }, 0)
}

interface How {
  form: PictureForm | undefined
  encoder: Encoder
  room: Room
}

/**
 * Returns a promise only for values with pictures, sounds or many elements, because a promise for each number
 * would take long.
 */
function write(value: unknown, type: PortType, how: How, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new ValueError('a value nested this deeply cannot be sent')
  take(how.room, { values: 1 })
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value === 'string') {
    take(how.room, { characters: value.length })
    return value
  }
  if (typeof value === 'bigint') return Number(value)
  if (value === undefined || value === null || typeof value === 'function' || typeof value === 'symbol') return null
  if (typeof value !== 'object') return value
  if (isImage(value)) return how.encoder.picture(value, formatOf(value, how.form))
  if (isAudio(value)) return writeSound(value, how)
  if (isSegmentation(value)) return writeLabels(value, type, how)
  if (Buffer.isBuffer(value)) {
    take(how.room, { characters: textLength(value.length) })
    return how.encoder.bytes(value)
  }
  if (value instanceof Date) return value.toJSON()
  if (ArrayBuffer.isView(value) && 'length' in value)
    return writeList(value as unknown as ArrayLike<unknown>, { type: 'any' }, how, depth)
  if (Array.isArray(value)) return writeList(value, type.type === 'array' ? type.itemType : { type: 'any' }, how, depth)
  return writeObject(value, type, how, depth)
}

/** Number of elements or fields after which other work gets a turn. */
const AT_ONCE = 5000

function writeList(list: ArrayLike<unknown>, type: PortType, how: How, depth: number): unknown {
  if (list.length > how.room.values) throw tooMuch()
  const part = (from: number, to: number) => writeEach(to - from, (i) => write(list[from + i], type, how, depth + 1))
  return list.length <= AT_ONCE ? part(0, list.length) : inParts(list.length, part)
}

async function inParts(count: number, part: (from: number, to: number) => unknown): Promise<unknown[]> {
  const written: unknown[] = []
  for (let from = 0; from < count; from += AT_ONCE) {
    for (const item of (await part(from, Math.min(from + AT_ONCE, count))) as unknown[]) written.push(item)
    await othersTurn()
  }
  return written
}

function writeObject(value: object, type: PortType, how: How, depth: number): unknown {
  const names = Object.keys(value)
  if (names.length > MOST_NAMES) throw tooMuch()
  const part = (from: number, to: number) =>
    writeEach(to - from, (i) => {
      const name = names[from + i] as string
      take(how.room, { characters: name.length })
      const fieldType = type.type === 'record' ? type.fields[name] : undefined
      return write((value as Record<string, unknown>)[name], fieldType ?? { type: 'any' }, how, depth + 1)
    })
  const written = names.length <= AT_ONCE ? part(0, names.length) : inParts(names.length, part)
  const named = (all: unknown[]) => Object.fromEntries(names.map((name, i) => [name, all[i]]))
  return Array.isArray(written) ? named(written) : written.then(named)
}

/**
 * Writes each element. Returns a promise if one of them does. If one fails, the promises before it are still
 * awaited.
 */
function writeEach(count: number, one: (index: number) => unknown): unknown[] | Promise<unknown[]> {
  const written: unknown[] = []
  let waits = false
  for (let i = 0; i < count; i++) {
    try {
      const item = one(i)
      waits ||= item instanceof Promise
      written.push(item)
    } catch (error) {
      if (!waits) throw error
      return Promise.all([...written, Promise.reject(error)])
    }
  }
  return waits ? Promise.all(written) : written
}

function take(room: Room, { values = 0, characters = 0 }: Partial<Room>): void {
  room.values -= values
  room.characters -= characters
  if (room.values < 0 || room.characters < 0) throw tooMuch()
}

function tooMuch(): ValueError {
  return new ValueError(
    `the result is too large to be sent at once: at most ${count(ROOM.values)} numbers, ${count(MOST_NAMES)} different names and ${ROOM.characters / 2 ** 20} MB of text are possible, so send less at a time`,
  )
}

const count = (number: number) => number.toLocaleString('en')

/** Of base64. */
const textLength = (bytes: number) => Math.ceil(bytes / 3) * 4

async function writeSound(sound: Audio, { encoder, room }: How): Promise<unknown> {
  take(room, { characters: textLength(2 * sound.data.length) })
  return encoder.bytes(Buffer.from((await writeWavInPieces(sound)).buffer))
}

function formatOf(image: Image, form: PictureForm | undefined) {
  if (form === 'PNG' || form === 'IDS') return 'png'
  if (form === 'JPEG') return 'jpeg'
  if (form === 'WEBP') return 'webp'
  return image.channels === 3 && fits(image, 'jpeg') ? 'jpeg' : 'png'
}

/** Never as JPEG, which would blur the labels' colours. */
async function writeLabels(value: Segmentation, type: PortType, { form, encoder }: How): Promise<unknown> {
  const adapted = (await adapt(type, value)) as Segmentation
  const { width, height, data, labels } = adapted
  const told = (image: Image) => carry(image, carriedBy(value))
  if (form === 'IDS') {
    if (labels.length > 256) throw new ValueError(`${labels.length} labels are too many for a picture of label ids`)
    return encoder.picture(told(new Image({ width, height, channels: 1, data: new Uint8Array(data) })), 'png')
  }
  const own = type.type === 'segmentation' ? colorsOf(type) : []
  const colors = own.length === labels.length ? own : value.colors
  return encoder.picture(told(await colorize(new Segmentation({ ...adapted, colors }))), 'png')
}

/** How many bytes are converted to text at a time; three bytes become four characters. */
const BYTES_AT_ONCE = 3 * 2 ** 20

/** An encoded picture or sound as a data URI, and other bytes as base64. */
export async function writeBytes(bytes: Buffer): Promise<string> {
  const mime = mimeOf(bytes)
  const head = mime ? `data:${mime};base64,` : ''
  if (bytes.length <= BYTES_AT_ONCE) return head + bytes.toString('base64')
  // Concatenating many strings would copy the result later, all at once.
  const text = Buffer.allocUnsafe(head.length + textLength(bytes.length))
  let length = text.write(head, 'latin1')
  for (let at = 0; at < bytes.length; at += BYTES_AT_ONCE) {
    length += text.write(bytes.toString('base64', at, at + BYTES_AT_ONCE), length, 'latin1')
    await othersTurn()
  }
  return text.toString('latin1')
}

/** The type of pictures that browsers show, or sounds that they play; null for other bytes. */
export function mimeOf(bytes: Uint8Array): string | null {
  const start = Buffer.from(bytes.subarray(0, 12)).toString('latin1')
  if (start.startsWith('\x89PNG')) return 'image/png'
  if (start.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (start.startsWith('RIFF') && start.endsWith('WEBP')) return 'image/webp'
  return soundMime(bytes)
}

/** Label maps arrive as pictures of their ids or in their colours. */
export const wireCodec: ImageCodec = { ...codec, readsLabels: true }

/**
 * Converts JSON to a value. Pictures are accepted only as data URIs or base64: nothing from a network may
 * name a file on this computer, or an address to fetch.
 * @param name its name in sentences
 * @throws ValueError
 */
export async function fromWire(type: PortType, value: unknown, name: string): Promise<unknown> {
  return readValue(type, prepare(type, value, name, 0), name, wireCodec)
}

function prepare(type: PortType, value: unknown, name: string, depth: number): unknown {
  if (value === undefined || value === null) return value
  switch (type.type) {
    case 'image':
    case 'segmentation':
      return pictureBytes(value, name)
    case 'audio':
      return soundBytes(value, name)
    case 'file':
    case 'directory':
      throw new ValueError(`${name} cannot be sent over the network: it is the path of a ${type.type} on this computer`)
    case 'array':
      if (!Array.isArray(value)) return prepare(type.itemType, value, name, depth + 1)
      return value.map((item, i) => prepare(type.itemType, item, `${name}[${i}]`, depth + 1))
    case 'record': {
      if (typeof value !== 'object' || Array.isArray(value)) return value
      const fields = Object.entries(value).map(([field, inner]) => {
        const fieldType = Object.hasOwn(type.fields, field) ? type.fields[field] : undefined
        return [field, fieldType ? prepare(fieldType, inner, `${name}.${field}`, depth + 1) : inner]
      })
      return Object.fromEntries(fields)
    }
    case 'text':
    case 'category':
      // Clients with handwritten JSON may send 42 for the text "42".
      return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
    case 'any':
      if (isDeeper(value, MAX_DEPTH)) throw new ValueError(`${name} is nested deeper than ${MAX_DEPTH} levels`)
      return value
    case 'number':
    case 'boolean':
    case 'vector':
    case 'image_point':
    case 'image_bounding_box':
    case 'image_landmarks':
      return value
    default:
      return type satisfies never
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  for (const inner of Array.isArray(value) ? value : Object.values(value)) if (isDeeper(inner, levels - 1)) return true
  return false
}

/** Reads the header `X-Runway-Output-Format: image=PNG; map=IDS`, by output name. @throws RequestError */
export function readForms(header: string | undefined): Map<string, PictureForm> {
  const forms = new Map<string, PictureForm>()
  for (const part of (header ?? '').slice(0, 4000).split(';')) {
    const [name = '', ...rest] = part.split('=')
    const asked = rest.join('=').trim()
    if (!name.trim() || !asked) continue
    const form = asked.toUpperCase() === 'JPG' ? 'JPEG' : asked.toUpperCase()
    if (!FORMS.includes(form)) {
      throw new RequestError(
        400,
        `Pictures are sent as ${FORMS.slice(0, -1).join(', ')} or ${FORMS.at(-1)}, not as ${JSON.stringify(asked.slice(0, 20))}`,
      )
    }
    forms.set(name.trim(), form as PictureForm)
  }
  return forms
}
