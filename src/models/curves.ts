import { inPieces } from '../images'
import { Image, toBytes } from '../types'

/**
 * Brightens or darkens a picture with the curves of Zero-DCE: applies x ← x + A (x² − x) repeatedly.
 *
 * @param curves A for each pixel and channel, in the size of the picture; bytes 0 to 255 represent −1 to 1
 */
export async function curved(curves: Image, picture: Image | undefined, times: number): Promise<Image> {
  if (!picture) throw new Error('Curves need a picture to change.')
  const { width, height, data: from, channels } = toBytes(picture)
  const data = new Uint8ClampedArray(width * height * channels)
  const strengths = curves.data
  await inPieces(width * height, (start, end) => {
    for (let i = start; i < end; i++)
      for (let channel = 0; channel < channels; channel++) {
        const at = i * channels + channel
        let value = (from[at] as number) / 255
        if (channel < 3) {
          const strength =
            (strengths[i * curves.channels + Math.min(channel, curves.channels - 1)] as number) / 127.5 - 1
          for (let time = 0; time < times; time++) value += strength * (value * value - value)
        }
        data[at] = value * 255
      }
  })
  return new Image({ width, height, channels, data: new Uint8Array(data.buffer) })
}
