import type { Image } from '../types'
import type { PartSize } from './fit'
import type { AroundSize } from './manifest'

/** JPEG artefacts leave black areas slightly above 0, so pixels up to this byte count as unmarked. */
const BLACK = 25

/**
 * The smallest box around everything that a mask marks: left, top, right and bottom as fractions of its width
 * and height. Null if the mask marks nothing.
 */
export function markedBox({ width, height, data }: Image): [number, number, number, number] | null {
  let [left, top, right, bottom] = [width, -1, 0, 0]
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width, (y + 1) * width)
    const first = row.findIndex((value: number) => value > BLACK)
    if (first < 0) continue
    let last = width - 1
    while ((row[last] as number) <= BLACK) last--
    ;[left, right] = [Math.min(left, first), Math.max(right, last + 1)]
    if (top < 0) top = y
    bottom = y + 1
  }
  return top < 0 ? null : [left / width, top / height, right / width, bottom / height]
}

/**
 * The part of a picture that the model sees, as `around` describes it. If the mask marks nothing, the part is
 * taken from the middle.
 */
export function partAround({ width, height, times = 2, kernel }: AroundSize, picture: Image, mask: Image): PartSize {
  const [left, top, right, bottom] = markedBox(mask) ?? [0.5, 0.5, 0.5, 0.5]
  const wanted = Math.max(
    ((right - left) * picture.width * times) / width,
    ((bottom - top) * picture.height * times) / height,
  )
  const whole = Math.max(picture.width / width, picture.height / height)
  const scale = Math.max(1, Math.min(wanted, whole))
  const across = along((left + right) / 2, width * scale, picture.width)
  const down = along((top + bottom) / 2, height * scale, picture.height)
  const box = [across[0], down[0], across[1], down[1]] as const
  return { fit: 'part', width, height, box, ...(kernel && { kernel }) }
}

/**
 * The start and end of the part along one side, as fractions of that side. The part stays inside the picture,
 * unless it is longer than the side; then it is centred on it.
 */
function along(middle: number, length: number, side: number): [number, number] {
  const start = length >= side ? (side - length) / 2 : Math.min(side - length, Math.max(0, middle * side - length / 2))
  const whole = Math.round(start)
  return [whole / side, (whole + length) / side]
}
