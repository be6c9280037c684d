import { Image } from './image'

/**
 * The picture without its alpha. What is transparent is not seen, whatever colour is hidden there: the picture stands on white.
 * One without alpha is returned as it is.
 */
export function onWhite(image: Image): Image {
  const { width, height, channels, data: from, range, unit } = image
  if (channels !== 4) return image
  const [black, white] = range ?? [0, 255]
  const span = white - black || 1
  const data = range ? new Float32Array(width * height * 3) : new Uint8Array(width * height * 3)
  for (let i = 0, o = 0; o < data.length; i += 4, o += 3) {
    const share = Math.min(1, Math.max(0, ((from[i + 3] as number) - black) / span))
    for (let k = 0; k < 3; k++) {
      const value = (from[i + k] as number) * share + white * (1 - share)
      data[o + k] = range ? value : Math.round(value)
    }
  }
  return new Image({ width, height, channels: 3, data, range, unit })
}
