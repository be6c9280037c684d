import { Image } from './image'
import { atOnce, type PixelWork, piecewise } from './in-pieces'

/** Converts a float image to 8 bits, as it is displayed; an image of bytes is returned unchanged. */
export function toBytes(image: Image): Image {
  const work = rounding(image)
  return work ? atOnce(work) : image
}

/** The same in pieces, so that a large picture doesn't block other work. */
export async function toBytesInPieces(image: Image): Promise<Image> {
  const work = rounding(image)
  return work ? piecewise(work) : image
}

function rounding(image: Image): PixelWork<Image> | null {
  if (!image.range) return null
  const [black, white] = image.range
  const scale = white === black ? 0 : 255 / (white - black)
  const { width, height, channels, data: values } = image
  const data = new Uint8Array(values.length)
  const part = (from: number, to: number) => {
    for (let i = from * channels; i < to * channels; i++) {
      const shade = ((values[i] as number) - black) * scale
      data[i] = shade <= 0 ? 0 : shade >= 255 ? 255 : Math.round(shade)
    }
  }
  return { count: width * height, part, done: () => new Image({ width, height, channels, data }) }
}
