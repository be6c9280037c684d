import {
  blend,
  blur,
  crop,
  cutOut,
  flip,
  greyscale,
  invertMask,
  readMask,
  recolor,
  resize,
  rotate,
} from '../../src/images'
import { type Image, ValueError } from '../../src/types'
import type { Adjustment } from './settings'

/** What a message brings besides the picture. */
export interface Others {
  /** A label map, a picture, or found instances. */
  mask?: unknown
  background?: Image | null
}

/**
 * Makes the adjusted picture: first the mask and the background, which belong to the whole picture, then crop, turn, flip,
 * size, colours and blur.
 */
export async function adjust(image: Image, settings: Adjustment, others: Others): Promise<Image> {
  let picture = await compose(image, settings, others)
  picture = await crop(picture, settings.crop)
  picture = await rotate(picture, settings.rotate)
  picture = await flip(picture, settings.flipLeftRight, settings.flipTopBottom)
  picture = await toSize(picture, settings)
  if (settings.greyscale) picture = await greyscale(picture, settings.composite === 'cutout')
  picture = await recolor(picture, settings)
  return blur(picture, settings.blur)
}

async function compose(image: Image, settings: Adjustment, { mask, background }: Others): Promise<Image> {
  const { composite, color, blend: mode, amount } = settings
  if (composite === 'none') return image
  if (composite === 'blend') return blend(image, background ?? color, mode, amount)
  const kept = await readMask(mask, settings.labels)
  if (!kept) throw new ValueError('the mask has to be an image, a label map or found instances')
  const cut = await cutOut(image, settings.invertMask ? await invertMask(kept) : kept)
  return composite === 'cutout' ? cut : blend(cut, background ?? color)
}

/** One side alone keeps the picture's shape. */
async function toSize(image: Image, { width, height, fit }: Adjustment): Promise<Image> {
  if (width === null && height === null) return image
  const scales = [width, height].map((side, i) => (side ?? Number.POSITIVE_INFINITY) / (i ? image.height : image.width))
  const scale = Math.min(...scales)
  const side = (given: number | null, own: number) => given ?? Math.max(1, Math.round(own * scale))
  if (fit !== 'inside') return resize(image, side(width, image.width), side(height, image.height), fit)
  const inside = (own: number) => Math.max(1, Math.round(own * scale))
  return resize(image, inside(image.width), inside(image.height))
}
