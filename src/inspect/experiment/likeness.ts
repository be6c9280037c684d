import { resize } from '../../images'
import type { Image } from '../../types'

/** Pixels on a side of the small pictures that are compared. */
const SIDE = 48

/** Brightness from 0 to 1, 48 × 48. */
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

/** Of a small picture, the value at a place from 0 to 1. */
export function at(picture: Float32Array, x: number, y: number): number {
  return picture[Math.floor(y * SIDE) * SIDE + Math.floor(x * SIDE)] as number
}

/** From −1 to 1; 0 where one of them is even. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [ma, mb] = [meanOf(a), meanOf(b)]
  let [ab, aa, bb] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [(a[i] as number) - ma, (b[i] as number) - mb]
    ab += x * y
    aa += x * x
    bb += y * y
  }
  return aa < 1e-9 || bb < 1e-9 ? 0 : ab / Math.sqrt(aa * bb)
}

export function meanOf(numbers: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < numbers.length; i++) sum += numbers[i] as number
  return sum / Math.max(1, numbers.length)
}

/** The mean of how far numbers lie apart. */
export function apart(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) sum += Math.abs((a[i] as number) - (b[i] as number))
  return sum / Math.max(1, length)
}

export function deviationOf(numbers: ArrayLike<number>): number {
  const mean = meanOf(numbers)
  let sum = 0
  for (let i = 0; i < numbers.length; i++) sum += ((numbers[i] as number) - mean) ** 2
  return Math.sqrt(sum / Math.max(1, numbers.length))
}

/** Which part of a picture's bytes are as dark or as bright as bytes can be. */
export function saturation({ data }: Image): number {
  let count = 0
  for (let i = 0; i < data.length; i++) if (data[i] === 0 || data[i] === 255) count++
  return count / data.length
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
