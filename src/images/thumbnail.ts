import { waveform } from '../sounds'
import { colorize, glimpseOf, type Image, isAudio, isImage, isSegmentation, type Segmentation, toBytes } from '../types'
import { resize, resizeLabels } from './resize'
import { type Sharp, sharp } from './sharp'

/**
 * A small version of a value as a data URI, at most `size` pixels wide and high; null if the value can't be
 * shown.
 */
export async function thumbnail(value: unknown, size: number): Promise<string | null> {
  if (isAudio(value)) return thumbnail(await waveform(value, size, Math.ceil(size / 3)), size)
  if (!isImage(value) && !isSegmentation(value)) return null
  const { width, height, channels, data } = await small(value, size)
  const picture = sharp(data, { raw: { width, height, channels } })
  const [format, encoded] =
    channels === 4 ? ['webp', picture.webp({ quality: 80 })] : ['jpeg', picture.jpeg({ quality: 82 })]
  return `data:image/${format};base64,${(await (encoded as Sharp).toBuffer()).toString('base64')}`
}

/** Reduced before it is coloured, because that runs on the main thread. */
async function small(value: Image | Segmentation, size: number): Promise<Image> {
  if (isImage(value)) return toBytes(await smallImage(value, size))
  return colorize(glimpseOf(value, size) ?? (await resizeLabels(value, ...sizeWithin(value, size))))
}

/**
 * A picture reduced to at most `size` pixels in width and height. Pixels that are still in an engine's lane
 * aren't fetched if a small version is already here.
 */
export function smallImage(image: Image, size: number): Promise<Image> {
  const made = glimpseOf(image, size)
  return made ? Promise.resolve(made) : resize(image, ...sizeWithin(image, size))
}

function sizeWithin({ width, height }: Image | Segmentation, size: number): [width: number, height: number] {
  const scale = Math.min(1, size / Math.max(width, height))
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))]
}
