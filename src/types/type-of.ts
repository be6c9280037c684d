import { type Audio, isAudio } from './audio'
import { bytesOfJson, encodedIn, formatOfBase64 } from './encoded-picture'
import type { Image } from './image'
import { mergeTypes } from './merge-types'
import { ownKind } from './own-kind'
import { isLatinPicture } from './picture-as-text'
import { pictureFormat } from './picture-format'
import { pictureOrMap } from './picture-or-map'
import type { PortType } from './port-type'
import { isPicturePath, isRootedPath } from './rules/image'
import { LONGEST_WORD } from './rules/text'
import type { Segmentation } from './segmentation'
import { soundFormat } from './sound-format'
import { soundInText } from './sound-in-text'
import { asRawBytes, isNumberArray } from './typed-array'
import { readWavHeader } from './wav'

/**
 * The maximum number of values examined in a list or record. In a longer list, evenly spaced items are
 * examined.
 */
const LOOKED_AT = 5000

/** Deeper values become `any`, because a message may contain anything, even a reference to itself. */
const MAX_DEPTH = 4

/**
 * The narrowest type of a value: 3 is a number from 3 to 3, 'cat' a category with one choice. Null if no type
 * describes it (null, functions, bytes that aren't a picture, …).
 *
 * @example
 * typeOf(new Float32Array(512)) // { type: 'vector', length: 512 }
 */
export function typeOf(value: unknown): PortType | null {
  try {
    return typeAt(value, 0, LOOKED_AT)
  } catch {
    return null // an object with properties that can't be read
  }
}

/** @param share the maximum number of inner values to examine */
function typeAt(value: unknown, depth: number, share: number): PortType | null {
  switch (typeof value) {
    case 'boolean':
      return { type: 'boolean' }
    case 'number':
      return Number.isFinite(value) ? { type: 'number', min: value, max: value } : null
    case 'string':
      return typeOfText(value)
    case 'object':
      return value === null ? null : typeOfObject(value, depth, share)
    default:
      return null
  }
}

/**
 * The type of short text and paths contains the text itself, so that "cat" can be checked against choices.
 * The type of long text contains its length.
 */
function typeOfText(text: string): PortType | null {
  const sound = soundInText(text)
  if (sound) return { type: 'audio', format: sound }
  if (/^\s*data:image\//i.test(text)) return { type: 'image', format: 'dataURI' }
  if (formatOfBase64(text)) return { type: 'image', format: 'base64' }
  if (isLatinPicture(text)) return null
  if (text.length <= LONGEST_WORD || isPicturePath(text) || isRootedPath(text))
    return { type: 'category', oneOf: [text] }
  return { type: 'text', minLength: text.length, maxLength: text.length }
}

function typeOfObject(value: object, depth: number, share: number): PortType | null {
  const picture = pictureOrMap(value)
  if (picture) return typeOfPicture(picture)
  if (isAudio(value)) return typeOfSound(value)
  const bytes = asRawBytes(value)
  if (bytes) {
    const format = pictureFormat(bytes)
    return format ? { type: 'image', format } : typeOfSoundBytes(bytes)
  }
  if (bytesOfJson(value) || encodedIn(value)) return null
  if (Array.isArray(value)) return typeOfList(value, depth, share)
  if (isNumberArray(value)) return { type: 'vector', length: value.length }
  return ArrayBuffer.isView(value) || ownKind(value) ? null : typeOfRecord(value, depth, share)
}

function typeOfPicture(value: Image | Segmentation): PortType {
  const { width, height } = value
  return value.type === 'image'
    ? { type: 'image', width, height, channels: value.channels }
    : { type: 'segmentation', labels: shownLabels(value), width, height }
}

function typeOfSound({ sampleRate, channels, seconds }: Audio): PortType {
  return { type: 'audio', sampleRate, channels, maxSeconds: seconds }
}

function typeOfSoundBytes(bytes: Uint8Array): PortType | null {
  const format = soundFormat(bytes)
  const header = format === 'wav' && readWavHeader(bytes)
  return (
    format && { type: 'audio', format, ...(header && { sampleRate: header.sampleRate, channels: header.channels }) }
  )
}

/** The names of the labels that occur, by id; the receiver needn't have the others. */
function shownLabels({ labels, pixels: { shown } }: Segmentation): string[] {
  return labels.map((label, id) => (shown[id] ? label : ''))
}

function typeOfList(items: readonly unknown[], depth: number, share: number): PortType {
  const lengths = { minLength: items.length, maxLength: items.length }
  if (items.length > 0 && items.every(Number.isFinite)) {
    return { type: 'array', itemType: rangeOf(items as readonly number[]), ...lengths }
  }
  let itemType: PortType | null = null
  const some = depth < MAX_DEPTH ? someOf(items, share) : []
  for (const item of some) {
    const type: PortType = typeAt(item, depth + 1, share / some.length) ?? { type: 'any' }
    itemType = itemType ? mergeTypes(itemType, type) : type
    if (itemType.type === 'any') break
  }
  return { type: 'array', itemType: itemType ?? { type: 'any' }, ...lengths }
}

/** As many items as may be examined, but at least two. */
function someOf(items: readonly unknown[], share: number): readonly unknown[] {
  const [first] = items
  const isPlain = typeof first === 'object' && first !== null && !ArrayBuffer.isView(first)
  const size = Array.isArray(first) ? first.length : isPlain ? Object.keys(first).length : 1
  const most = Math.max(2, Math.floor(share / Math.max(1, size)))
  if (items.length <= most) return items
  return Array.from({ length: most }, (_, i) => items[Math.floor((i * (items.length - 1)) / (most - 1))])
}

/** Fields beyond `LOOKED_AT` are left out. Fields that can't be examined any more have the type `any`. */
function typeOfRecord(value: object, depth: number, share: number): PortType {
  const names = depth < MAX_DEPTH ? Object.keys(value).slice(0, LOOKED_AT) : []
  const any: PortType = { type: 'any' }
  const typeIn = (name: string, number: number): PortType =>
    (number < share && typeAt((value as Record<string, unknown>)[name], depth + 1, share / names.length)) || any
  return { type: 'record', fields: Object.fromEntries(names.map((name, number) => [name, typeIn(name, number)])) }
}

function rangeOf(numbers: readonly number[]): PortType {
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (const number of numbers) {
    min = Math.min(min, number)
    max = Math.max(max, number)
  }
  return { type: 'number', min, max }
}
