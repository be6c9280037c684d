import { resize } from '../../images'
import type { Image } from '../../types'

/** The side, in pixels, of the small pictures that are compared. */
const SIDE = 48

/** Scales a picture to 48 × 48 pixels of brightness from 0 to 1. */
export async function small(image: Image): Promise<Float32Array> {
  const { data, channels } = await resize(image, SIDE, SIDE)
  const [black, white] = image.range ?? (data instanceof Float32Array ? [0, 1] : [0, 255])
  return Float32Array.from({ length: SIDE * SIDE }, (_, i) => {
    const at = i * channels
    const value =
      channels < 3
        ? (data[at] as number)
        : 0.299 * (data[at] as number) + 0.587 * (data[at + 1] as number) + 0.114 * (data[at + 2] as number)
    return (value - black) / (white - black || 1)
  })
}

/** The value of a small picture at a position from 0 to 1 in both directions. */
export function at(picture: Float32Array, x: number, y: number): number {
  return picture[Math.floor(y * SIDE) * SIDE + Math.floor(x * SIDE)] as number
}

/** The fraction of a picture's bytes that are completely dark or bright. */
export function saturation({ data }: Image): number {
  let count = 0
  for (let i = 0; i < data.length; i++) if (data[i] === 0 || data[i] === 255) count++
  return count / data.length
}
