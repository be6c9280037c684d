import type { Metadata, Sharp } from 'sharp'
import { type Channels, Image } from '../types'
import { unfinished } from './unfinished'

/** Resizing may make values slightly exceed black and white. */
const BEYOND = 0.5

/**
 * Whether to read a picture's original values: if that was requested, or if there is no defined conversion to
 * 8 bits.
 */
export function hasNumbers({ depth }: Metadata, numbers: boolean): boolean {
  return depth !== 'uchar' && (numbers || depth !== 'ushort')
}

/**
 * The values of a picture of more than 8 bits, as floats with a range from 0 (or the minimum) to the maximum.
 *
 * @param numbers whether they were requested; otherwise they must be from 0 to 1
 * @throws Error with a one-sentence message
 */
export async function readNumbers(pixels: Sharp, metadata: Metadata, numbers: boolean): Promise<Image> {
  const { depth, space, channels } = metadata
  const format = metadata.format.toUpperCase()
  if (depth !== 'ushort' && depth !== 'uint' && depth !== 'float') {
    throw new Error(
      `the ${format} contains numbers of the type "${depth}", which cannot be read: save it with 8 or 16 bits unsigned, or 32-bit floats`,
    )
  }
  const { data, info } = await pixels
    .toColourspace(channels === 2 ? 'rgb16' : space)
    .raw({ depth: 'float' })
    .toBuffer({ resolveWithObject: true })
    .catch(() => {
      throw unfinished(`the ${format} is damaged or ends too early`)
    })
  const values = new Float32Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.length))
  let [least, most] = [0, 0]
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    if (value < least) least = value
    if (value > most) most = value
  }
  if (!numbers && (depth === 'uint' || least < -BEYOND || most > 1 + BEYOND)) {
    throw new Error(
      `the ${format} contains numbers from ${short(least)} to ${short(most)}, without saying which of them are black and white: let an images or convert node keep its numbers`,
    )
  }
  const { width, height } = info
  return new Image({
    width,
    height,
    channels: info.channels as Channels,
    data: values,
    range: numbers ? [least, most > least ? most : least + 1] : [0, 1],
  })
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)))
}
