import type { TensorInfo } from '../engine'

/** The size of the smallest alphabet, the digits. */
const FEWEST = 10
/** The minimum distance between places, in pixels. */
const NARROW = 1.9

/** How an output may hold the scores of letters for each place of a line. */
export interface Arrangement {
  /** The dimension that holds the letters. */
  axis: number
  count: number
  places: number | string
}

/**
 * [1, places, letters], [places, 1, letters] or [1, letters, places], the usual ones first; none if the output is none
 * of these.
 */
export function arrangementsOf({ shape, dtype }: TensorInfo, width: number | undefined): Arrangement[] {
  if (shape.length !== 3 || !dtype.startsWith('float')) return []
  const [first, second, third] = shape as [number | string, number | string, number | string]
  const isSingle = (size: number | string) => size === 1 || typeof size === 'string'
  const all: [axis: number, places: number | string][] =
    second === 1
      ? [[2, first]]
      : isSingle(first)
        ? [
            [2, second],
            [1, third],
          ]
        : isSingle(second)
          ? [[2, first]]
          : []
  const fits = (places: number | string) =>
    typeof places === 'string' || (places >= 4 && places * NARROW <= (width ?? 4096))
  return all.flatMap(([axis, places]) => {
    const count = shape[axis]
    return typeof count === 'number' && count >= FEWEST && fits(places) ? [{ axis, count, places }] : []
  })
}

/**
 * If each place has its own letter, places are at least this many pixels wide; if a line is scanned, they are
 * closer.
 */
const WIDE = 10

/** Whether places are so close that letters span several of them. */
export const areClose = (places: number | string, width: number): boolean =>
  typeof places === 'string' || width / places < WIDE
