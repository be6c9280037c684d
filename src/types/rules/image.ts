import { adapts, depends, match, mismatch } from '../finding'
import { compareIntervals, intervalOf } from '../interval'
import type { TypeFinding } from '../judgement'
import { LAYOUT_FIELDS } from '../pixel-layout'
import type { ImageFormat, ImageType, PixelSize, PortType, RecordType } from '../port-type'

type Channels = NonNullable<ImageType['channels']>

const pictureFile =
  /\.?(jpe?g|jpe|jfif|mpo|a?png|webp|gif|tiff?|avif|svg|hei[cf]|hif|bmp|jxl|jp2|psd|dng|cr[23]|nef|arw)$/i

/** An input for images reads a picture in any form, so only sizes, channels and formats are compared. */
export function toImage(from: PortType, to: ImageType): TypeFinding {
  if (from.type === 'image') return imageToImage(from, to)
  const takesPaths = readsAll(to) || to.format === 'file'
  if (!takesPaths) return mismatch(from, to)
  if (from.type === 'file') {
    if (from.extension && !pictureFile.test(from.extension)) return depends(from, to)
    return readsAll(to) ? adapts(from, 'is read from disk', ...pixelChanges({}, to)) : match(from)
  }
  if (from.type === 'category') return wordsToImage(from.oneOf ?? [], from, to)
  return from.type === 'record' && readsAll(to) ? pixelsToImage(from, to) : mismatch(from, to)
}

function wordsToImage(words: readonly string[], from: PortType, to: ImageType): TypeFinding {
  if (words.length > 0 && words.every((word) => isPicturePath(word) && !isWebAddress(word)))
    return readsAll(to) ? adapts(from, 'is taken as the path of a picture') : match(from)
  return words.some(mayHoldPicture) ? depends(from, to) : mismatch(from, to)
}

/** Also true for a path without a picture's extension, and for a data URI that doesn't declare a picture. */
function mayHoldPicture(word: string): boolean {
  return !isWebAddress(word) && (isPicturePath(word) || isRootedPath(word) || /^(file|data):/i.test(word))
}

/** Whether text is a network address, whatever its protocol. */
export function isWebAddress(text: string): boolean {
  return /^\s*(?!file:)[a-z][a-z\d+.-]+:\/\//i.test(text)
}

/** Whether a record has a size and pixels. It is only read if the number of pixels matches the size. */
function pixelsToImage({ fields }: RecordType, to: ImageType): TypeFinding {
  const from: PortType = { type: 'record', fields }
  const has = (name: string) => Object.hasOwn(fields, name)
  if (['bitmap', 'info'].some((name) => has(name) && fields[name]?.type === 'record')) return depends(from, to)
  // a Buffer that went through JSON
  if (has('type') && has('data')) return depends(from, to)
  if (has('labels') || !has('width') || !has('height') || !(has('data') || has('pixels'))) return mismatch(from, to)
  const [width, height] = [exactly(fields.width), exactly(fields.height)]
  const { data } = fields
  if (data?.type !== 'array' || data.itemType.type !== 'number' || ['range', ...LAYOUT_FIELDS].some(has))
    return depends(from, to)
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = data.itemType
  const channels = width && height && data.minLength === data.maxLength ? (data.minLength ?? 0) / (width * height) : 0
  const said = has('channels') ? exactly(fields.channels) : channels
  const isClear = [1, 3, 4].includes(channels) && said === channels && min >= 0 && max <= 1
  if (!isClear || !width || !height) return depends(from, to)
  const size = { width, height, channels: channels as Channels }
  return adapts(from, 'is read as the pixels of a picture', ...pixelChanges(size, to))
}

function exactly(type: PortType | undefined): number | null {
  const number = type?.type === 'number' && type.min === type.max ? (type.min ?? null) : null
  return Number.isInteger(number) ? number : null
}

/** Removes the line break that programs and text files leave after a path. */
export function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, '')
}

/** Whether text begins like an absolute or an explicitly relative path. */
export function isRootedPath(text: string): boolean {
  return text.length < 4096 && /^(\/|\.{1,2}[/\\]|[a-z]:[/\\])[^\r\n]+$/i.test(withoutLineEnd(text))
}

/** Whether text looks like the path of a picture: a single line with the extension of a picture file. */
export function isPicturePath(text: string): boolean {
  const line = withoutLineEnd(text)
  return line.length < 4096 && !/[\r\n]/.test(line) && /[^.\s/\\]\.\w+$/.test(line) && pictureFile.test(line)
}

function imageToImage(from: ImageType, to: ImageType): TypeFinding {
  const travel = compareFormats(from.format ?? 'value', to.format ?? 'value')
  if (travel === 'differs') return mismatch(from, to)
  if (travel === 'depends') return depends(from, to)
  const changes = [...(travel === 'decoded' ? ['is decoded'] : []), ...pixelChanges(from, to)]
  return changes.length ? adapts(from, ...changes) : match(from)
}

/** Whether pictures in this format are Buffers. */
export function isBuffer(format: ImageFormat): boolean {
  return format === 'png' || format === 'jpeg' || format === 'webp' || format === 'buffer'
}

function compareFormats(from: ImageFormat, to: ImageFormat): 'same' | 'decoded' | 'depends' | 'differs' {
  if (from === to) return 'same'
  if (to === 'value') return 'decoded'
  if (to === 'buffer' && isBuffer(from)) return 'same'
  return from === 'buffer' && isBuffer(to) ? 'depends' : 'differs'
}

function readsAll({ format }: ImageType): boolean {
  return format === undefined || format === 'value'
}

/** The changes that an input makes to a picture to get the pixels it needs. */
function pixelChanges(from: ImageType | Omit<ImageType, 'type'>, to: ImageType): string[] {
  if (!readsAll(to)) return []
  const channels = from.channels && to.channels ? channelChange[`${from.channels}>${to.channels}`] : undefined
  return [channels, sizeChange(from, to)].filter((change) => change !== undefined)
}

const channelChange: Record<string, string | undefined> = {
  '1>3': 'is converted to colour',
  '1>4': 'is converted to RGBA',
  '3>1': 'is converted to greyscale',
  '3>4': 'gets an opaque alpha channel',
  '4>1': 'is converted to greyscale, on white where it is transparent',
  '4>3': 'is placed on white where it is transparent',
}

/** "is resized to 128×128 pixels"; undefined if the size fits or none is required. */
export function sizeChange(from: PixelSize, to: PixelSize): string | undefined {
  const width = compareIntervals(
    side(from.width, from.minWidth, from.maxWidth),
    side(to.width, to.minWidth, to.maxWidth),
  )
  const height = compareIntervals(
    side(from.height, from.minHeight, from.maxHeight),
    side(to.height, to.minHeight, to.maxHeight),
  )
  if (width === 'inside' && height === 'inside') return undefined
  return to.width && to.height
    ? `is resized to ${to.width}×${to.height} pixels`
    : 'is resized where its size does not fit'
}

function side(exact: number | undefined, min: number | undefined, max: number | undefined) {
  return exact ? intervalOf(exact, exact) : intervalOf(Math.max(1, min ?? 1), max || undefined)
}
