import { adapts, depends, match, mismatch } from '../finding'
import { compareIntervals, intervalOf } from '../interval'
import type { Finding } from '../judgement'
import type { ImageFormat, ImageType, PixelSize, PortType } from '../port-type'

const pictureFile = /\.?(jpe?g|jpe|jfif|a?png|webp|gif|tiff?|avif|svg|hei[cf]|hif|bmp|jxl|jp2|psd|dng|cr[23]|nef|arw)$/i

/** An image input reads everything that holds a picture, so pictures differ only in how they travel. */
export function toImage(from: PortType, to: ImageType): Finding {
  if (from.type === 'image') return imageToImage(from, to)
  const takesPaths = readsAll(to) || to.format === 'file'
  if (!takesPaths) return mismatch(from, to)
  if (from.type === 'file') {
    if (from.extension && !pictureFile.test(from.extension)) return depends(from, to)
    return readsAll(to) ? adapts(from, 'is read from the disk', ...pixelChanges({}, to)) : match(from)
  }
  if (from.type === 'category' && from.oneOf?.length && from.oneOf.every((path) => isPicturePath(path))) {
    return readsAll(to) ? adapts(from, 'is taken as the path of a picture') : match(from)
  }
  return mismatch(from, to)
}

/** Whether a text is meant as the path of a picture: one line that ends like a picture file. */
export function isPicturePath(text: string): boolean {
  return text.length < 4096 && !/[\r\n]/.test(text) && /[^.\s/\\]\.\w+$/.test(text) && pictureFile.test(text)
}

function imageToImage(from: ImageType, to: ImageType): Finding {
  const travel = compareFormats(from.format ?? 'value', to.format ?? 'value')
  if (travel === 'differs') return mismatch(from, to)
  if (travel === 'depends') return depends(from, to)
  const changes = [...(travel === 'decoded' ? ['is decoded'] : []), ...pixelChanges(from, to)]
  return changes.length ? adapts(from, ...changes) : match(from)
}

/** Whether pictures of this format travel as a Buffer. */
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

/** What an input does to a picture to get the pixels it wants. */
function pixelChanges(from: ImageType | Omit<ImageType, 'type'>, to: ImageType): string[] {
  if (!readsAll(to)) return []
  const channels = from.channels && to.channels ? channelChange[`${from.channels}>${to.channels}`] : undefined
  return [channels, sizeChange(from, to)].filter((change) => change !== undefined)
}

const channelChange: Record<string, string | undefined> = {
  '1>3': 'is widened to 3 channels',
  '1>4': 'is widened to 4 channels',
  '3>1': 'is turned to grey',
  '3>4': 'gets an opaque alpha channel',
  '4>1': 'is turned to grey, on white where it is transparent',
  '4>3': 'stands on white where it is transparent',
}

/** "is resized to 128×128 pixels"; undefined where the size fits or none is asked for. */
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
