import type { Layout, TensorData, ValueChanges } from '../types'
import { refuse } from './check'
import { type Places, placesOf } from './pack'

export type Numbers = Exclude<TensorData, BigUint64Array | BigInt64Array>

interface Values {
  values: Numbers
  channels: number
  layout: Layout
}

/** Applies a fetch's changes to the values of a picture. Returns the same array if there are none. */
export function changeValues(
  name: string,
  values: Numbers,
  { width, height, channels, layout }: { width: number; height: number; channels: number; layout: Layout },
  { channel, activation, stretch }: ValueChanges,
): Values {
  const pixels = width * height
  let changed = values
  if (activation === 'sigmoid') changed = Float32Array.from(changed, (value) => 1 / (1 + Math.exp(-value)))
  if (activation === 'softmax') changed = softmax(changed, channels, layout, pixels)
  const { first, count } =
    typeof channel === 'number' ? { first: channel, count: 1 } : (channel ?? { first: 0, count: channels })
  if (channel !== undefined) {
    if (!(first >= 0 && count > 0 && first + count <= channels))
      return refuse(`The output "${name}" has ${channels} channels, so there is no channel ${first + count - 1}.`)
    changed = taken(changed, first, count, placesOf(layout, channels, pixels), placesOf(layout, count, pixels), pixels)
  }
  if (stretch) changed = stretched(changed)
  return { values: changed, channels: count, layout }
}

/** Some of the channels, in the same layout. */
function taken(values: Numbers, first: number, count: number, from: Places, to: Places, pixels: number): Float32Array {
  const some = new Float32Array(pixels * count)
  for (let channel = 0; channel < count; channel++)
    for (let i = 0; i < pixels; i++)
      some[i * to.step + channel * to.plane] = values[i * from.step + (first + channel) * from.plane] as number
  return some
}

function softmax(values: Numbers, channels: number, layout: Layout, pixels: number): Float32Array {
  const { step, plane } = placesOf(layout, channels, pixels)
  const out = new Float32Array(values.length)
  for (let i = 0; i < pixels; i++) {
    let most = Number.NEGATIVE_INFINITY
    for (let c = 0; c < channels; c++) most = Math.max(most, values[i * step + c * plane] as number)
    let sum = 0
    for (let c = 0; c < channels; c++) sum += Math.exp((values[i * step + c * plane] as number) - most)
    for (let c = 0; c < channels; c++)
      out[i * step + c * plane] = Math.exp((values[i * step + c * plane] as number) - most) / sum
  }
  return out
}

/** Values that aren't numbers become 0, and so do all values of a picture with just one value. */
function stretched(values: Numbers): Float32Array {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    if (value < least) least = value
    if (value > most) most = value
  }
  const scale = most > least ? 1 / (most - least) : 0
  return Float32Array.from(values, (value) => (Number.isFinite(value) ? (value - least) * scale : 0))
}
