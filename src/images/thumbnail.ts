import { waveform } from '../sounds'
import { colorize, type Image, isAudio, isImage, isSegmentation, type Segmentation, toBytes } from '../types'
import { resize, resizeLabels } from './resize'
import { type Sharp, sharp } from './sharp'

/** A small picture of a value as a data address, or null where it has none. At most `size` pixels wide and high. */
export async function thumbnail(value: unknown, size: number): Promise<string | null> {
  if (isAudio(value)) return thumbnail(waveform(value, size, Math.ceil(size / 3)), size)
  if (!isImage(value) && !isSegmentation(value)) return null
  const scale = Math.min(1, size / Math.max(value.width, value.height))
  const { width, height, channels, data } = await shrink(
    value,
    Math.max(1, Math.round(value.width * scale)),
    Math.max(1, Math.round(value.height * scale)),
  )
  const picture = sharp(data, { raw: { width, height, channels } })
  const [format, encoded] =
    channels === 4 ? ['webp', picture.webp({ quality: 80 })] : ['jpeg', picture.jpeg({ quality: 82 })]
  return `data:image/${format};base64,${(await (encoded as Sharp).toBuffer()).toString('base64')}`
}

/** Made small first: colouring and shading run on the main thread. */
async function shrink(value: Image | Segmentation, width: number, height: number): Promise<Image> {
  return isImage(value)
    ? toBytes(await resize(value, width, height))
    : colorize(await resizeLabels(value, width, height))
}
