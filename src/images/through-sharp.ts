import { type Channels, Image, inPieces } from '../types'
import { type Sharp, sharp } from './sharp'

/**
 * Processes a picture with sharp, off the main thread, and keeps its type: grey stays grey, and floats keep
 * their range and unit. libvips would round floats to integers, so each of their channels is processed as
 * 16-bit grey, scaled to the range of its values.
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
  const span = await spanOf(values)
  let [width, height] = [image.width, image.height]
  let changed = new Float32Array(0)
  for (let channel = 0; channel < channels; channel++) {
    const plane = await planeOf(values, channel, channels, span)
    const pixels = sharp(plane, { raw: { width: image.width, height: image.height, channels: 1 } })
    const { data, info } = await change(pixels, true)
      .toColourspace('grey16')
      .raw({ depth: 'ushort' })
      .toBuffer({ resolveWithObject: true })
    if (channel === 0) {
      width = info.width
      height = info.height
      changed = new Float32Array(width * height * channels)
    }
    await putPlane(changed, asWords(data), channel, channels, span)
  }
  return new Image({ width, height, channels, data: changed, ...(range && { range }), ...(unit && { unit }) })
}

/** value = word × step + least. */
interface Span {
  least: number
  step: number
}

async function spanOf(values: Float32Array): Promise<Span> {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  await inPieces(values.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const value = values[i] as number
      if (value < least) least = value
      if (value > most) most = value
    }
  })
  return { least, step: (most - least) / 65535 || 1 }
}

async function planeOf(
  values: Float32Array,
  channel: number,
  channels: number,
  { least, step }: Span,
): Promise<Uint16Array> {
  const plane = new Uint16Array(values.length / channels)
  await inPieces(plane.length, (from, to) => {
    for (let i = from, at = from * channels + channel; i < to; i++, at += channels) {
      plane[i] = Math.round(((values[at] as number) - least) / step)
    }
  })
  return plane
}

function putPlane(
  into: Float32Array,
  plane: Uint16Array,
  channel: number,
  channels: number,
  { least, step }: Span,
): Promise<void> {
  return inPieces(plane.length, (from, to) => {
    for (let i = from, at = from * channels + channel; i < to; i++, at += channels) {
      into[at] = (plane[i] as number) * step + least
    }
  })
}

/** Bytes as 16-bit numbers. */
export function asWords(bytes: Buffer): Uint16Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : Buffer.from(new Uint8Array(bytes).buffer)
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.length / 2)
}
