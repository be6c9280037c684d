import { ValueError } from './value-error'
import { quoteValue } from './words'

type Numbers = ArrayLike<number>

/** A box may extend beyond the picture, but not by half of the picture; then it must be in pixels. */
const BOX_BEYOND = 0.5
/** A point of a partly visible body may be outside the picture, but not ten pictures away. */
export const POINT_BEYOND = 10

const BOX = 'a box is [left, top, right, bottom] from 0 to 1'
const POINT = 'a point is [x, y] from 0 to 1'

/**
 * @param box should be `[left, top, right, bottom]`, each from 0 to 1
 * @throws ValueError if it is in pixels
 */
export function refuseBoxInPixels(box: Numbers): void {
  if (Array.from(box).every((edge) => edge >= -BOX_BEYOND && edge <= 1 + BOX_BEYOND)) return
  throw new ValueError(
    `the box ${written(box)} seems to be in pixels, but ${BOX}: divide left and right by the picture's width, top and bottom by its height (from x, y, width and height, right is x + width)`,
  )
}

/** @param point should be `[x, y]`, each from 0 to 1 @throws ValueError if it is in pixels */
export function refusePointInPixels(point: Numbers): void {
  if (Array.from(point).every((at) => Math.abs(at) <= POINT_BEYOND)) return
  throw new ValueError(
    `the point ${written(point)} seems to be in pixels, but ${POINT}: divide x by the picture's width and y by its height`,
  )
}

/** @throws ValueError if its numbers are in another order, or are x, y, width and height */
export function refuseBoxOutOfOrder(box: Numbers): void {
  const [left, top, right, bottom] = Array.from(box) as [number, number, number, number]
  if (left <= right && top <= bottom) return
  throw new ValueError(`[${Array.from(box).join(', ')}] is not in the order left, top, right, bottom`)
}

/**
 * Why a box shows nothing of its picture, as the end of a sentence that begins with the box; null if it shows
 * something.
 */
export function boxFault(box: Numbers): string | null {
  const [left, top, right, bottom] = Array.from(box) as [number, number, number, number]
  if (left === right || top === bottom) return `is empty: ${BOX}`
  return isSpan(left, right) && isSpan(top, bottom) ? null : `is outside the picture: ${BOX}`
}

export function isPointInside(point: Numbers): boolean {
  return Array.from(point).every((at) => at >= 0 && at <= 1)
}

/**
 * @param box a box that shows nothing
 * @param points points that are all outside the picture
 * @throws ValueError always
 */
export function refuseUnseen({ box, points }: { box?: Numbers; points?: readonly Numbers[] }): never {
  if (box) throw new ValueError(`the box ${written(box)} ${boxFault(box)}`)
  const [first] = points ?? []
  throw new ValueError(`the point ${first ? written(first) : ''} is outside the picture: ${POINT}`)
}

function isSpan(from: number, to: number): boolean {
  return Math.max(0, Math.min(from, to)) < Math.min(1, Math.max(from, to))
}

function written(numbers: Numbers): string {
  return quoteValue(Array.from(numbers, (number) => Number(number.toPrecision(4))))
}
