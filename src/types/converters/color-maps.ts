import type { Color } from '../hex'

const maps: Record<string, string> = {
  turbo: '30123b 4145ab 4675ed 39a2fc 1bcfd4 24eca6 61fc6c a4fc3b d1e834 f3c63a fe9b2d f36315 d93806 b11901 7a0402',
  viridis: '440154 482878 3e4989 31688e 26828e 1f9e89 35b779 6ece58 b5de2b fde725',
  magma: '000004 180f3d 440f76 721f81 9e2f7f cd4071 f1605d fd9668 feca8d fcfdbf',
  grey: '000000 ffffff',
}

/** Name of a colour map → its colours, evenly spaced from the lowest value to the highest. */
export const colorMaps: Readonly<Record<string, readonly Color[]>> = Object.fromEntries(
  Object.entries(maps).map(([name, colors]) => [name, colors.split(' ').map(parse)]),
)

function parse(hex: string): Color {
  const bits = Number.parseInt(hex, 16)
  return [bits >> 16, (bits >> 8) & 255, bits & 255]
}

/** The colour at a position from 0 to 1 of the map, interpolated linearly. */
export function colorAt(map: readonly Color[], share: number): Color {
  const position = Math.min(1, Math.max(0, share || 0)) * (map.length - 1)
  const below = map[Math.floor(position)] as Color
  const above = map[Math.ceil(position)] as Color
  const part = position - Math.floor(position)
  const mix = (channel: 0 | 1 | 2) => Math.round(below[channel] * (1 - part) + above[channel] * part)
  return [mix(0), mix(1), mix(2)]
}
