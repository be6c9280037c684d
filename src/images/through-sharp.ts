import sharp, { type Sharp } from 'sharp'
import { type Channels, Image } from '../types'

/**
 * Changes a picture with sharp, off the main thread, and keeps its kind: grey stays grey, and float values, their range
 * and unit stay. libvips would read floats as whole numbers, so each of their channels goes through as 16-bit grey over the
 * span of its values.
 *
 * @param change gets the pixels, and whether they are one channel of a float image
 */
export async function throughSharp(image: Image, change: (pixels: Sharp, isFloat: boolean) => Sharp): Promise<Image> {
  const { width, height, channels, data } = image
  if (data instanceof Float32Array) return floatsThroughSharp(image, data, change)
  const pixels = sharp(data, { raw: { width, height, channels } })
  const changed = await change(pixels, false)
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const { info } = changed
  return new Image({ width: info.width, height: info.height, channels: info.channels as Channels, data: changed.data })
}

async function floatsThroughSharp(
  image: Image,
  values: Float32Array,
  change: (pixels: Sharp, isFloat: boolean) => Sharp,
): Promise<Image> {
  const { channels, range, unit } = image
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    if (value < least) least = value
    if (value > most) most = value
  }
  const step = (most - least) / 65535 || 1
  let [width, height] = [image.width, image.height]
  let changed = new Float32Array(0)
  for (let channel = 0; channel < channels; channel++) {
    const plane = new Uint16Array(image.width * image.height)
    for (let i = 0; i < plane.length; i++) {
      plane[i] = Math.round(((values[i * channels + channel] as number) - least) / step)
    }
    const pixels = sharp(plane, { raw: { width: image.width, height: image.height, channels: 1 } })
    const { data, info } = await change(pixels, true)
      .toColourspace('grey16')
      .raw({ depth: 'ushort' })
      .toBuffer({ resolveWithObject: true })
    const words = asWords(data)
    if (channel === 0) {
      width = info.width
      height = info.height
      changed = new Float32Array(width * height * channels)
    }
    for (let i = 0; i < words.length; i++) changed[i * channels + channel] = (words[i] as number) * step + least
  }
  return new Image({ width, height, channels, data: changed, ...(range && { range }), ...(unit && { unit }) })
}

/** Bytes as 16-bit numbers. */
export function asWords(bytes: Buffer): Uint16Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : Buffer.from(new Uint8Array(bytes).buffer)
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.length / 2)
}
