import type { FetchedTensor } from '../types'
import type { Numbers } from './values'

/** For each place in a row, the index of the largest value and its share of the total: [places, 2]. */
export function likeliest(dims: readonly number[], values: Numbers, among: number): FetchedTensor {
  const { places, count, perPlace, perValue } = arrangement(dims, among)
  const data = new Float32Array(places * 2)
  for (let place = 0; place < places; place++) {
    const start = place * perPlace
    const end = start + count * perValue
    const at = largestIn(values, start, end, perValue)
    data[2 * place] = (at - start) / perValue
    data[2 * place + 1] = shareOf(values, at, start, end, perValue)
  }
  return { dtype: 'float32', dims: [places, 2], data }
}

function largestIn(values: Numbers, start: number, end: number, step: number): number {
  let best = start
  let most = Number.NEGATIVE_INFINITY
  for (let at = start; at < end; at += step) {
    const value = values[at] as number
    if (value > most) {
      best = at
      most = value
    }
  }
  return best
}

/** If the largest value is between 0 and 1, it is a share already; otherwise the values are raw scores. */
function shareOf(values: Numbers, best: number, start: number, end: number, step: number): number {
  const most = values[best] as number
  if (most >= 0 && most <= 1) return most
  let sum = 0
  for (let at = start; at < end; at += step) sum += Math.exp((values[at] as number) - most)
  return 1 / sum
}

/**
 * The arrangement of a tensor: [1, places, values], [places, 1, values] as from recurrent networks, or [1,
 * values, places]. The dimension with the values is recognised by its size. In a flat list, [1, places ×
 * values], places follow each other.
 */
function arrangement(dims: readonly number[], among: number) {
  const sides = dims.filter((size, i) => size !== 1 || i === dims.length - 1)
  const [first = 1, last = 1] = sides.length > 1 ? sides.slice(-2) : [1, sides[0]]
  if (first === 1 && last > among && last % among === 0)
    return { places: last / among, count: among, perPlace: among, perValue: 1 }
  const isUpright = Math.abs(first - among) <= 2 && Math.abs(last - among) > 2
  return isUpright
    ? { places: last, count: first, perPlace: 1, perValue: last }
    : { places: first, count: last, perPlace: last, perValue: 1 }
}
