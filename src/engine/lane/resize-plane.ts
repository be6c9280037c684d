import type { MapSize } from '../types'

/**
 * Resizes a part of a plane of values, with linear interpolation between the centres of its values. For
 * smaller sizes, all nearby values count, weighted by distance, so that nothing flickers. Results never
 * exceed the values around them.
 */
export function resizePlane(values: Float32Array, width: number, height: number, size: MapSize): Float32Array {
  const [left, top, wide, high] = size.box
  const isSame = size.width === width && size.height === height
  if (isSame && left === 0 && top === 0 && wide === 1 && high === 1) return values
  const across = tapsOf(size.width, left * width, wide * width, width)
  const down = tapsOf(size.height, top * height, high * height, height)
  const rows = new Float32Array(height * size.width)
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0; x < size.width; x++, to++) rows[to] = sum(values, y * width, 1, across, x)
  const out = new Float32Array(size.height * size.width)
  for (let y = 0, to = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++, to++) out[to] = sum(rows, x, size.width, down, y)
  return out
}

/**
 * For each new position: the first of the old ones it is computed from, `most` in a row, and the weight of
 * each.
 */
interface Taps {
  first: Int32Array
  shares: Float64Array
  most: number
}

/**
 * For `count` new positions along `length` old ones from `start`, out of `limit`. Values outside that part
 * don't count.
 */
function tapsOf(count: number, start: number, length: number, limit: number): Taps {
  const [least, end] = [Math.max(0, Math.round(start)), Math.min(limit, Math.round(start + length))] as const
  const reach = Math.max(1, length / count)
  const most = Math.min(end - least, Math.ceil(2 * reach))
  const taps = { first: new Int32Array(count), shares: new Float64Array(count * most), most }
  for (let i = 0; i < count; i++) {
    const centre = Math.min(end - 0.5, Math.max(least + 0.5, start + ((i + 0.5) * length) / count))
    const first = Math.min(end - most, Math.max(least, Math.ceil(centre - reach - 0.5)))
    taps.first[i] = first
    let total = 0
    for (let k = 0; k < most; k++) total += share(k)
    for (let k = 0; k < most; k++) taps.shares[i * most + k] = share(k) / total

    function share(k: number): number {
      return Math.max(0, 1 - Math.abs(first + k + 0.5 - centre) / reach)
    }
  }
  return taps
}

function sum(values: Float32Array, start: number, step: number, { first, shares, most }: Taps, place: number): number {
  let total = 0
  let at = start + (first[place] as number) * step
  for (let k = place * most; k < (place + 1) * most; k++, at += step)
    total += (values[at] as number) * (shares[k] as number)
  return total
}
