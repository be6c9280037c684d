import type { Color } from './hex'

/**
 * A colour for a label id without its own: hues are a golden section apart, so that consecutive ids look
 * different, and the brightness varies in cycles. At least the first 1000 ids are distinct; id 0 is dark
 * grey.
 */
export function labelColor(id: number): Color {
  if (id === 0) return [32, 32, 32]
  const hue = (id * 0.618033988749895) % 1
  const value = [1, 0.75, 0.55][id % 3] as number
  const saturation = [0.65, 0.9, 0.4, 0.75][id % 4] as number
  return hsv(hue, saturation, value)
}

/** Converts hue, saturation and value, each from 0 to 1, to bytes. */
function hsv(hue: number, saturation: number, value: number): Color {
  const channel = (offset: number) => {
    const position = (offset + hue * 6) % 6
    return Math.round(255 * (value - value * saturation * Math.max(0, Math.min(position, 4 - position, 1))))
  }
  return [channel(5), channel(3), channel(1)]
}
