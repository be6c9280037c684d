export type Color = readonly [red: number, green: number, blue: number]

/** A colour in the notation of settings and style sheets: `#rrggbb`. */
export function toHex(color: Color): string {
  return `#${color.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
}

/** Reads `#rrggbb`, with or without the `#`; null for everything else. */
export function fromHex(text: unknown): Color | null {
  const [, red, green, blue] = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(String(text ?? '')) ?? []
  if (!red || !green || !blue) return null
  return [Number.parseInt(red, 16), Number.parseInt(green, 16), Number.parseInt(blue, 16)]
}
