import {
  type Box,
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
import { isEmpty, readSettingsAsked } from '../../src/settings'
import {
  boxFault,
  type Image,
  quoteValue,
  refuseBoxInPixels,
  refuseBoxOutOfOrder,
  refuseUnseen,
  ValueError,
} from '../../src/types'
import { node } from './node'

export type Adjustment = ReturnType<typeof readAdjustment>

/** Further inputs from a message. */
export interface Others {
  /** A label map, a picture or a list of instances. */
  mask?: unknown
  background?: Image | null
}

/**
 * Adjusts a picture. The mask and the background come first, as they apply to the whole picture, then crop,
 * rotation, flip, size, colours and blur.
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
  if (!kept) throw new ValueError('the mask must be an image, a label map or found instances')
  const cut = await cutOut(image, settings.invertMask ? await invertMask(kept) : kept)
  return composite === 'cutout' ? cut : blend(cut, background ?? color)
}

/** If only one side is set, the picture keeps its proportions. */
async function toSize(image: Image, { width, height, fit }: Adjustment): Promise<Image> {
  if (width === null && height === null) return image
  const scales = [width, height].map((side, i) => (side ?? Number.POSITIVE_INFINITY) / (i ? image.height : image.width))
  const scale = Math.min(...scales)
  const side = (given: number | null, own: number) => given ?? Math.max(1, Math.round(own * scale))
  if (fit !== 'inside') return resize(image, side(width, image.width), side(height, image.height), fit)
  const inside = (own: number) => Math.max(1, Math.round(own * scale))
  return resize(image, inside(image.width), inside(image.height))
}

/**
 * The node's settings, overridden by a message's. A message may also contain `crop` (the part to keep), and
 * its labels may be a list.
 * @throws ValueError that gives the setting, its value and its allowed values
 */
export function readAdjustment(config: Record<string, unknown>, asked: Record<string, unknown> = {}) {
  const given: Record<string, unknown> = { ...config, ...asked }
  const settings = readSettingsAsked(node.settings, config, asked)
  const { width, height, saturation, brightness, amount } = settings
  return {
    ...settings,
    /** The part to keep. */
    crop: isEmpty(given.crop) ? whatIsLeft(settings, asked) : readBox(given.crop),
    /** Labels or categories to keep. If none, everything but the background. */
    labels: readLabels(given.labels),
    /** In pixels. If null, it follows from the other side, or stays as it is. */
    width: width && Math.round(width),
    height: height && Math.round(height),
    saturation: saturation / 100,
    brightness: brightness / 100,
    amount: amount / 100,
  }
}

interface Cuts {
  cropLeft: number
  cropTop: number
  cropRight: number
  cropBottom: number
}

function whatIsLeft({ cropLeft, cropTop, cropRight, cropBottom }: Cuts, asked: Partial<Cuts>): Box {
  const box: Box = [cropLeft / 100, cropTop / 100, 1 - cropRight / 100, 1 - cropBottom / 100]
  if (box[0] < box[2] && box[1] < box[3]) return box
  throw new ValueError(
    'the crop leaves nothing of the picture: left and right, or top and bottom, add up to 100 percent',
    Object.keys(asked).some((name) => name.startsWith('crop')) ? 'value' : 'flow',
  )
}

/** @throws ValueError if it isn't a box, or lies outside the picture */
function readBox(crop: unknown): Box {
  const box = ArrayBuffer.isView(crop) ? Array.from(crop as unknown as ArrayLike<number>) : crop
  if (!Array.isArray(box) || box.length !== 4 || !box.every(Number.isFinite)) {
    throw new ValueError(`crop is ${quoteValue(crop)}, but must be a box [left, top, right, bottom] from 0 to 1`)
  }
  refuseBoxInPixels(box)
  refuseBoxOutOfOrder(box)
  if (boxFault(box)) refuseUnseen({ box })
  return box as unknown as Box
}

function readLabels(value: unknown): string[] {
  const names = Array.isArray(value) ? value.map(String) : typeof value === 'string' ? value.split(',') : []
  return names.map((name) => name.trim()).filter(Boolean)
}
