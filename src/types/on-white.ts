import { Image } from './image'
import { atOnce, type PixelWork, piecewise } from './in-pieces'

/**
 * Removes the alpha channel. The picture is placed on white, so that transparent pixels are invisible
 * whatever their colour. A picture without alpha is returned unchanged.
 */
export function onWhite(image: Image): Image {
  const work = standing(image)
  return work ? atOnce(work) : image
}

/** The same in pieces, so that a large picture doesn't block other work. */
export async function onWhiteInPieces(image: Image): Promise<Image> {
  const work = standing(image)
  return work ? piecewise(work) : image
}

function standing(image: Image): PixelWork<Image> | null {
  if (image.channels !== 4) return null // without reading its pixels
  const { width, height, data: from, range, unit } = image
  const count = width * height
  if (from instanceof Float32Array) {
    const [black, white] = range ?? [0, 255]
    const span = white - black || 1
    const data = new Float32Array(count * 3)
    const part = (first: number, last: number) => {
      for (let pixel = first, i = first * 4, o = first * 3; pixel < last; pixel++, i += 4, o += 3) {
        const share = Math.min(1, Math.max(0, ((from[i + 3] as number) - black) / span))
        for (let k = 0; k < 3; k++) data[o + k] = (from[i + k] as number) * share + white * (1 - share)
      }
    }
    return { count, part, done: () => new Image({ width, height, channels: 3, data, range, unit }) }
  }
  const data = new Uint8Array(count * 3)
  const part = (first: number, last: number) => {
    for (let pixel = first, i = first * 4, o = first * 3; pixel < last; pixel++, i += 4, o += 3) {
      const share = (from[i + 3] as number) / 255
      const white = 255 * (1 - share)
      data[o] = Math.round((from[i] as number) * share + white)
      data[o + 1] = Math.round((from[i + 1] as number) * share + white)
      data[o + 2] = Math.round((from[i + 2] as number) * share + white)
    }
  }
  return { count, part, done: () => new Image({ width, height, channels: 3, data, range, unit }) }
}
