const float = new Float32Array(1)
const bits = new Uint32Array(float.buffer)

/** The bits of the nearest half-precision number; ties go to even, too large becomes infinity. */
export function toHalf(value: number): number {
  float[0] = value
  const x = bits[0] as number
  const sign = (x >>> 16) & 0x8000
  const magnitude = x & 0x7fffffff
  if (magnitude > 0x7f800000) return sign | 0x7e00 // not a number
  if (magnitude >= 0x477ff000) return sign | 0x7c00 // rounds beyond 65504
  if (magnitude < 0x38800000) {
    // Below the smallest normal half: a multiple of 2^-24. Math.round rounds ties up, so odd results are corrected.
    const scaled = Math.abs(float[0] as number) * 2 ** 24
    const rounded = Math.round(scaled)
    return sign | (rounded - scaled === 0.5 && rounded & 1 ? rounded - 1 : rounded)
  }
  const rounding = 0xfff + ((magnitude >>> 13) & 1)
  return sign | ((magnitude - 0x38000000 + rounding) >>> 13)
}

/** The value of a half-precision number given by its bits. */
export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >>> 10) & 31
  const fraction = half & 1023
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (1024 + fraction) * 2 ** (exponent - 25)
}

export function narrow(values: Float32Array): Uint16Array {
  const halves = new Uint16Array(values.length)
  for (let i = 0; i < values.length; i++) halves[i] = toHalf(values[i] as number)
  return halves
}

let table: Float32Array | undefined

export function widen(halves: Uint16Array): Float32Array {
  table ??= Float32Array.from({ length: 65536 }, (_, half) => fromHalf(half))
  const values = new Float32Array(halves.length)
  for (let i = 0; i < halves.length; i++) values[i] = table[halves[i] as number] as number
  return values
}
