import { carriedBy, carry, codec, type EncodedFormat, encodeDataURI } from '../images/index'
import {
  adapt,
  colorize,
  colorsOf,
  Image,
  type ImageCodec,
  isAudio,
  isImage,
  isSegmentation,
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
 * Values as they travel in JSON, in the forms of the Runway Model SDK: a picture or sound is a data URI, a label map
 * the picture of its colours, a vector a list. Used by both sides: for flows that we publish and for servers that we
 * ask.
 */

/** How pictures are encoded. `IDS`: a label map as a PNG of one channel that holds label ids. */
export type PictureForm = 'JPEG' | 'PNG' | 'WEBP' | 'IDS'

const FORMS: readonly string[] = ['JPEG', 'PNG', 'WEBP', 'IDS'] satisfies PictureForm[]

/** How pictures and other bytes are encoded. */
export interface Encoder {
  picture(image: Image, format: EncodedFormat): Promise<unknown>
  bytes(bytes: Buffer): unknown
}

const asText: Encoder = { picture: encodeDataURI, bytes: writeBytes }

/** Values nested deeper are refused: many nodes walk through them without a limit. */
const MAX_DEPTH = 64

/**
 * What a value is in JSON. Colour pictures become JPEG, grey ones and those with transparency PNG, unless `form` says
 * otherwise; a float image becomes the picture that displays it.
 *
 * @param type what the value is known to be: the colours of a label map come from there
 * @throws ValueError for what JSON cannot hold
 */
export async function toWire(
  value: unknown,
  type: PortType = { type: 'any' },
  form?: PictureForm,
  encoder: Encoder = asText,
): Promise<unknown> {
  return write(value, type, { form, encoder }, 0)
}

interface How {
  form: PictureForm | undefined
  encoder: Encoder
}

async function write(value: unknown, type: PortType, how: How, depth: number): Promise<unknown> {
  if (depth > MAX_DEPTH) throw new ValueError('a value nested this deeply cannot be sent')
  if (isJson(value, depth)) return value
  if (isImage(value)) return how.encoder.picture(value, formatOf(value, how.form))
  if (isAudio(value)) return how.encoder.bytes(Buffer.from(await writeWavInPieces(value)))
  if (isSegmentation(value)) return writeLabels(value, type, how)
  if (value === undefined || value === null) return null
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'function' || typeof value === 'symbol') return null
  if (typeof value !== 'object') return value
  if (Buffer.isBuffer(value)) return how.encoder.bytes(value)
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as Iterable<number | bigint>, Number)
  if (value instanceof Date) return value.toJSON()
  const next = (item: unknown) => write(item, type.type === 'array' ? type.itemType : { type: 'any' }, how, depth + 1)
  if (Array.isArray(value)) return Promise.all(value.map(next))
  const fields = await Promise.all(
    Object.entries(value).map(async ([name, inner]): Promise<[string, unknown]> => {
      const fieldType = type.type === 'record' ? type.fields[name] : undefined
      return [name, await write(inner, fieldType ?? { type: 'any' }, how, depth + 1)]
    }),
  )
  return Object.fromEntries(fields)
}

/** Whether a value is plain JSON already: long lists and tables mostly are. */
function isJson(value: unknown, depth: number): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' || typeof value === 'boolean' || value === null
  if (depth > MAX_DEPTH) return false
  const isList = Array.isArray(value)
  if (!isList && Object.getPrototypeOf(value) !== Object.prototype) return false
  for (const inner of isList ? value : Object.values(value)) if (!isJson(inner, depth + 1)) return false
  return true
}

function formatOf({ channels }: Image, form: PictureForm | undefined) {
  if (form === 'PNG' || form === 'IDS') return 'png'
  if (form === 'JPEG') return 'jpeg'
  if (form === 'WEBP') return 'webp'
  return channels === 3 ? 'jpeg' : 'png'
}

/** Never as JPEG, which would smear the labels' colours. */
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

/** An encoded picture or sound as a data URI, other bytes as base64. */
function writeBytes(bytes: Buffer): string {
  const text = bytes.toString('base64')
  const mime = mimeOf(bytes)
  return mime ? `data:${mime};base64,${text}` : text
}

/** Of pictures that browsers show and sounds that they play; null for other bytes. */
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
 * The value that JSON represents. Pictures are accepted only as data URIs or base64: nothing from a network may name a
 * file on this computer, or an address to fetch.
 *
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
      // Clients that write JSON by hand take "42" for a number.
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

/** The header `X-Runway-Output-Format: image=PNG; map=IDS`, by output name. @throws RequestError */
export function readForms(header: string | undefined): Map<string, PictureForm> {
  const forms = new Map<string, PictureForm>()
  for (const part of (header ?? '').slice(0, 4000).split(';')) {
    const [, name, asked] = /^\s*([^=]+?)\s*=\s*(.+?)\s*$/.exec(part) ?? []
    if (name === undefined || asked === undefined) continue
    const form = asked.toUpperCase() === 'JPG' ? 'JPEG' : asked.toUpperCase()
    if (!FORMS.includes(form)) {
      throw new RequestError(
        400,
        `Pictures are sent as ${FORMS.slice(0, -1).join(', ')} or ${FORMS.at(-1)}, not as ${JSON.stringify(asked.slice(0, 20))}`,
      )
    }
    forms.set(name, form as PictureForm)
  }
  return forms
}
