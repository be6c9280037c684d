import { Image, inPieces, onWhiteInPieces, toBytesInPieces } from '../types'
import { resize } from './resize'
import { type Sharp, sharp } from './sharp'
import { throughSharp } from './through-sharp'

export const blendModes = [
  'over',
  'multiply',
  'screen',
  'overlay',
  'add',
  'darken',
  'lighten',
  'difference',
  'soft-light',
  'hard-light',
] as const
export type BlendMode = (typeof blendModes)[number]

/**
 * Cuts out the white areas of a mask. Black becomes transparent and grey partly transparent. Returns RGBA.
 *
 * @param mask one channel, stretched to the picture's size
 */
export async function cutOut(image: Image, mask: Image): Promise<Image> {
  const { width, height } = image
  const picture = await withAlpha(image)
  const { data: kept } = await resize(await toBytesInPieces(mask), width, height)
  const data = new Uint8Array(picture.data)
  await inPieces(kept.length, (from, to) => {
    for (let i = from; i < to; i++) {
      data[i * 4 + 3] = Math.round(((data[i * 4 + 3] as number) * (kept[i] as number)) / 255)
    }
  })
  return new Image({ width, height, channels: 4, data })
}

/** Inverts a mask or any other picture of bytes. */
export async function invertMask(mask: Image): Promise<Image> {
  return throughSharp(await toBytesInPieces(mask), (pixels) => pixels.negate())
}

/**
 * Places a picture on another picture, which is resized to fit (`cover`), or on a colour. Returns RGB.
 *
 * @param ground a picture, or a CSS colour such as `#ff8800`
 * @param amount the opacity of the picture, 0 to 1
 */
export async function blend(
  image: Image,
  ground: Image | string,
  mode: BlendMode = 'over',
  amount = 1,
): Promise<Image> {
  const { width, height } = image
  const top = await withAlpha(image)
  const overlay = amount < 1 ? await throughSharp(top, (pixels) => pixels.linear([1, 1, 1, amount], [0, 0, 0, 0])) : top
  const bottom = typeof ground === 'string' ? null : await resize(await withoutAlpha(ground), width, height, 'cover')
  const pixels = bottom
    ? sharp(bottom.data, { raw: { width, height, channels: 3 } })
    : sharp({ create: { width, height, channels: 3, background: ground as string } })
  const blended = await pixels
    .composite([{ input: Buffer.from(overlay.data), raw: { width, height, channels: 4 }, blend: mode }])
    .removeAlpha()
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer()
  return new Image({ width, height, channels: 3, data: blended })
}

function withAlpha(image: Image): Promise<Image> {
  if (image.channels === 4) return toBytesInPieces(image)
  return convert(image, (pixels) => pixels.toColourspace('srgb').ensureAlpha())
}

async function withoutAlpha(image: Image): Promise<Image> {
  if (image.channels !== 1) return onWhiteInPieces(await toBytesInPieces(image))
  return convert(image, (pixels) => pixels.toColourspace('srgb'))
}

async function convert(image: Image, change: (pixels: Sharp) => Sharp): Promise<Image> {
  const { width, height, channels, data } = await toBytesInPieces(image)
  const converted = await change(sharp(data, { raw: { width, height, channels } }))
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  return new Image({ width, height, channels: converted.info.channels as 3 | 4, data: converted.data })
}
