import { inPieces, resize } from '../images'
import { Image, toBytes } from '../types'

/**
 * Combines a greyscale picture with the colours of another one, which are enlarged bicubically. Since red,
 * green and blue are each the luma plus a chroma term, it suffices to add the difference in luma to all
 * three.
 *
 * @param luma one channel of bytes, as in ITU-R BT.601
 */
export async function withColorsOf(luma: Image, colors: Image): Promise<Image> {
  const { width, height } = luma
  const { data: grey } = toBytes(luma)
  if (colors.channels === 1) return luma
  const { data: enlarged, channels } = toBytes(await resize(colors, width, height, 'fill', 'cubic'))
  const data = Uint8Array.from(enlarged)
  const clamped = new Uint8ClampedArray(data.buffer)
  await inPieces(width * height, (from, to) => {
    for (let i = from; i < to; i++) {
      const at = i * channels
      const [r, g, b] = [data[at] as number, data[at + 1] as number, data[at + 2] as number]
      const more = (grey[i] as number) - (0.299 * r + 0.587 * g + 0.114 * b)
      clamped[at] = r + more
      clamped[at + 1] = g + more
      clamped[at + 2] = b + more
    }
  })
  return new Image({ width, height, channels, data })
}
