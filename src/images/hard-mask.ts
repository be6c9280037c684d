import { Image } from '../types'
import { sharp } from './sharp'

/** Turns a soft mask into a binary one. The mask is enlarged first, so that its edge is smooth. */
export async function hardMask(
  data: Uint8Array,
  from: { width: number; height: number },
  { width, height }: { width: number; height: number },
): Promise<Image> {
  const hard = await sharp(data, { raw: { width: from.width, height: from.height, channels: 1 } })
    .resize(width, height, { fit: 'fill', kernel: 'linear' })
    .threshold(128)
    .toColourspace('b-w')
    .raw()
    .toBuffer()
  return new Image({ width, height, channels: 1, data: hard })
}

/** Keeps the picture where the mask is white, and makes the rest black. */
export async function onBlack(image: Image, mask: Image): Promise<Image> {
  const { width, height } = image
  const data = await sharp(image.data, { raw: { width, height, channels: 3 } })
    .composite([
      { input: Buffer.from(mask.data as Uint8Array), raw: { width, height, channels: 1 }, blend: 'multiply' },
    ])
    .removeAlpha()
    .raw()
    .toBuffer()
  return new Image({ width, height, channels: 3, data })
}
