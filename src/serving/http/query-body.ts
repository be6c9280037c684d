import { beginsLikePicture, nameUnread } from '../../images/index'
import { type JsonBudget, jsonBudget, mayHaveSound, othersTurn, type PortType } from '../../types/index'
import type { Field } from '../field'
import { RequestError } from '../request-error'
import { parseJson } from './body'
import { formPairs } from './form-pairs'
import { formParts, requireFewParts } from './form-parts'

/** Parsing this many bytes may take so long that others get a turn before the values are read. */
const LONG = 2 ** 16

/**
 * A query's body, by input name. Its kind is detected from the bytes, whatever type the client declares:
 * - a JSON object, also with raw line breaks in its strings, as tools write base64;
 * - the bytes of one picture or sound, for the input that takes one;
 * - a form with files (`multipart/form-data`) or without (`name=value&…`).
 *
 * @throws RequestError 400
 */
export async function readQueryBody(body: Buffer, inputs: readonly Field[]): Promise<unknown> {
  if (beginsLikePicture(body)) return pictureAlone(body, inputs)
  if (mayHaveSound(body)) return soundAlone(body, inputs)
  const form = boundaryOf(body)
  if (form !== null) return readForm(body, form, inputs)
  const text = body.toString('latin1', 0, 2000)
  const name = /^([^\s={}[\]"]+)=/.exec(text)?.[1]
  if (name !== undefined && inputOf(inputs, decoded(name))) return readPairs(body, inputs)
  try {
    const value = parseJson(body)
    if (body.length > LONG) await othersTurn()
    return value
  } catch (error) {
    const other = nameUnread(body.subarray(0, 512))
    if (other) throw new RequestError(400, `The body is ${other}`)
    if (!/[\r\n]/.test(text)) throw error
    return parseJson(withoutBreaks(body))
  }
}

function withoutBreaks(body: Buffer): Buffer {
  const rest = Buffer.allocUnsafe(body.length)
  let length = 0
  for (let at = 0; at < body.length; at++) {
    const byte = body[at] as number
    if (byte !== 10 && byte !== 13) rest[length++] = byte
  }
  return rest.subarray(0, length)
}

function pictureAlone(body: Buffer, inputs: readonly Field[]): Record<string, unknown> {
  const input = pictureInput(inputs)
  if (input) return { [input.name]: body }
  const names = inputs.map(({ name }) => name).join(', ')
  throw new RequestError(
    400,
    `The body is a picture, but no input accepts one${names ? `: the inputs are ${names}` : ''}`,
  )
}

function soundAlone(body: Buffer, inputs: readonly Field[]): Record<string, unknown> {
  const input = soundInput(inputs)
  if (input) return { [input.name]: body }
  throw new RequestError(400, 'The body is a sound or a video, but no input accepts one')
}

function soundInput(inputs: readonly Field[]): Field | undefined {
  const sounds = inputs.filter(({ type }) => type.type === 'audio')
  return sounds.find(({ required }) => required) ?? sounds[0]
}

function pictureInput(inputs: readonly Field[]): Field | undefined {
  const pictures = inputs.filter(({ type }) => type.type === 'image' || type.type === 'segmentation')
  return pictures.find(({ required }) => required) ?? pictures[0]
}

/** The input for a file that names none. */
function inputFor(bytes: Buffer, inputs: readonly Field[]): Field | undefined {
  const [picture, sound] = [pictureInput(inputs), soundInput(inputs)]
  const isSound = !beginsLikePicture(bytes) && mayHaveSound(bytes)
  return isSound ? (sound ?? picture) : (picture ?? sound)
}

function inputOf(inputs: readonly Field[], key: string): Field | undefined {
  return inputs.find(({ name, property }) => name === key || property === key)
}

/** A form's boundary line without its dashes; null if it isn't a form. */
function boundaryOf(body: Buffer): string | null {
  const start = body.toString('latin1', 0, 300)
  return /^--([^\r\n]{1,200})\r\ncontent-(disposition|type|transfer-encoding):/i.exec(start)?.[1] ?? null
}

function readForm(body: Buffer, boundary: string, inputs: readonly Field[]): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  const budget = jsonBudget()
  for (const { name: key, isFile, bytes } of formParts(body, boundary)) {
    const input = inputOf(inputs, key)
    // The name of a file part usually comes from the client's tool, so it goes to an input that takes such a
    // file.
    const name = isFile ? (input?.name ?? inputFor(bytes, inputs)?.name ?? key) : key
    const value = isFile ? fileOf(bytes, input?.type) : plainValue(bytes.toString(), input?.type, budget)
    // A list may be sent as several parts with the same name.
    const before = Object.hasOwn(values, name) && input?.type.type === 'array' ? values[name] : undefined
    if (isFile && Object.hasOwn(values, name) && input?.type.type !== 'array')
      throw new RequestError(400, `The form has several files for ${name}, which takes one`)
    if (Array.isArray(before)) before.push(value)
    else values[name] = before === undefined ? value : [before, value]
  }
  return values
}

async function readPairs(body: Buffer, inputs: readonly Field[]): Promise<Record<string, unknown>> {
  let count = 1
  for (let at = body.indexOf('&'); at >= 0; at = body.indexOf('&', at + 1)) requireFewParts(++count)
  const budget = jsonBudget()
  const pairs: [string, unknown][] = []
  let unheard = 0
  for await (const [key, value] of formPairs(body)) {
    pairs.push([key, plainValue(value, inputOf(inputs, key)?.type, budget)])
    unheard += value.length
    if (unheard < 2 ** 20) continue
    await othersTurn()
    unheard = 0
  }
  return Object.fromEntries(pairs)
}

/** The contents of a file. For a text input, they are decoded. */
function fileOf(bytes: Buffer, type: PortType | undefined): unknown {
  return type?.type === 'text' || type?.type === 'category' ? bytes.toString() : bytes
}

/** Forms contain only text, so lists and objects are parsed as JSON. */
function plainValue(text: string, type: PortType | undefined, budget: JsonBudget): unknown {
  if (type?.type === 'text' || type?.type === 'category' || !/^\s{0,1000}[[{]/.test(text)) return text
  try {
    return parseJson(Buffer.from(text), budget)
  } catch (error) {
    if (error instanceof RequestError && error.status === 413) throw error
    return text
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
