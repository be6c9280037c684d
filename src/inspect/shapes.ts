import type { Layout } from '../engine'
import { reason } from './reason'

export type Shape = readonly (number | string)[]

/** How a tensor holds a picture. Sides are undefined if they may vary. */
export interface PictureShape {
  layout: Layout
  channels: number
  height: number | undefined
  width: number | undefined
}

/** A side has at least this many pixels; anything smaller isn't a picture. */
const SMALLEST = 8

/**
 * How a tensor of this shape can hold one picture or map: by its number of channels, else by the names of its
 * dimensions. Null if it cannot.
 *
 * @param channels if the network says how many it takes
 */
export function pictureShape(shape: Shape, channels?: { channels: number; isLast: boolean }): PictureShape | null {
  const rest = shape.length === 4 ? shape.slice(1) : shape
  if (rest.length !== 3 || (shape.length === 4 && typeof shape[0] === 'number' && shape[0] !== 1)) return null
  const [first, second, third] = rest as [number | string, number | string, number | string]
  const isLast = channelsLast(first, second, third, channels)
  if (isLast === null) return null
  const planes = isLast ? third : first
  const sides = isLast ? [first, second] : [second, third]
  const count = typeof planes === 'number' && planes > 0 ? planes : channels?.channels
  if (count === undefined) return null
  const [height, width] = sides.map((side) => (typeof side === 'number' && side > 0 ? side : undefined))
  if ((height ?? SMALLEST) < SMALLEST || (width ?? SMALLEST) < SMALLEST) return null
  // A row of features for each of any number of things isn't a grey picture.
  if (shape.length === 3 && count === 1 && (height === undefined) !== (width === undefined)) return null
  const layout = `${shape.length === 4 ? 'N' : ''}${isLast ? 'HWC' : 'CHW'}` as Layout
  return { layout, channels: count, height, width }
}

/** Whether the channels come last; null if unknown. */
function channelsLast(
  first: number | string,
  second: number | string,
  third: number | string,
  known?: { channels: number; isLast: boolean },
): boolean | null {
  const isColor = (side: number | string) => side === 1 || side === 3 || side === 4
  if (known && first === known.channels && third !== known.channels) return false
  if (known && third === known.channels && first !== known.channels) return true
  if (isColor(first) && !isColor(third)) return false
  if (isColor(third) && !isColor(first)) return true
  if (isColor(first)) return false
  if (typeof first === 'number' && typeof third === 'number' && first !== third) {
    // Planes of labels: the two sides are alike, or both larger or smaller than the number of labels.
    if (second === third) return false
    if (first === second) return true
    return Number(third) < Math.min(Number(first), Number(second))
  }
  if (typeof first === 'number' && typeof second === 'string' && typeof third === 'string') return false
  if (typeof third === 'number' && typeof first === 'string' && typeof second === 'string') return true
  if (typeof first === 'number' && first === second && first === third) return false
  return known ? known.isLast : null
}

/** The dimensions of a shape, with 1 for free ones. */
export function smallest(shape: Shape): number[] {
  return shape.map((size) => (typeof size === 'number' && size > 0 ? size : 1))
}

/** How many numbers a tensor holds; undefined if that may vary, other than by the batch. */
export function fixedCount(shape: Shape): number | undefined {
  const sizes = shape.map((size, i) => (typeof size === 'number' && size >= 0 ? size : i === 0 ? 1 : undefined))
  if (shape.length === 1 && typeof shape[0] !== 'number') return undefined
  return sizes.includes(undefined) ? undefined : sizes.reduce<number>((product, size) => product * (size as number), 1)
}

/** Describes a shape, for example `1 × 3 × 224 × ?`. */
export function describeShape(shape: Shape): string {
  if (shape.length === 0) return reason`one number`
  return shape.map((size) => (size === '' || size === -1 ? reason`any` : String(size))).join(' × ')
}

/**
 * The sides of a picture given as one list of numbers: a square of one or three channels, at least 16 pixels wide. Null
 * if there are none.
 */
export function flatSides(shape: Shape): { channels: 1 | 3; width: number; height: number } | null {
  const count = shape.length === 2 ? fixedCount(shape) : undefined
  if (count === undefined) return null
  for (const channels of [1, 3] as const) {
    const side = Math.sqrt(count / channels)
    if (Number.isInteger(side) && side >= 16) return { channels, width: side, height: side }
  }
  return null
}
