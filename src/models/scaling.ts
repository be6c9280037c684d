import type { Scaling } from './manifest'

/** A linear function for each channel, or one for all channels. */
export interface LinearMap {
  scale: number | number[]
  offset: number | number[]
}

/** tensor = byte × scale + offset. */
export function inputScaling(spec: Scaling): LinearMap {
  if (spec.scale !== undefined || spec.offset !== undefined) return { scale: spec.scale ?? 1, offset: spec.offset ?? 0 }
  const { range: [black, white] = [0, 1], mean = 0, std = 1 } = spec
  return {
    scale: each([std], ([deviation]) => (white - black) / 255 / deviation),
    offset: each([mean, std], ([middle, deviation]) => (black - middle) / deviation),
  }
}

/** byte = value × scale + offset. */
export function outputScaling(spec: Scaling): LinearMap {
  if (spec.scale !== undefined || spec.offset !== undefined) return { scale: spec.scale ?? 1, offset: spec.offset ?? 0 }
  const { range: [black, white] = [0, 1] } = spec
  return { scale: 255 / (white - black), offset: (-255 * black) / (white - black) }
}

/** A single number if all channels share it, otherwise one per channel. */
function each(values: (number | number[])[], make: (values: [number, number]) => number): number | number[] {
  const lists = values.filter(Array.isArray)
  const at = (channel: number) =>
    values.map((value) => (Array.isArray(value) ? value[channel] : value)) as [number, number]
  const [first] = lists
  return first ? first.map((_, channel) => make(at(channel))) : make(at(0))
}
