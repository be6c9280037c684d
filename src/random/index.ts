/**
 * A reproducible stream of random numbers from 0 up to (not including) 1. The same seed gives the same
 * numbers in every version.
 */
export function uniforms(seed: number | string): () => number {
  let state = hash(seed)
  // Mulberry32.
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/**
 * `length` numbers from a normal distribution, by the Box–Muller method. The same seed gives the same numbers
 * in every version.
 */
export function normals(seed: number | string, length: number, mean = 0, deviation = 1): number[] {
  const uniform = uniforms(seed)
  const numbers: number[] = []
  while (numbers.length < length) {
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - uniform()))
    const angle = 2 * Math.PI * uniform()
    numbers.push(mean + radius * Math.cos(angle), mean + radius * Math.sin(angle))
  }
  return numbers.slice(0, length)
}

/** The largest seed that is drawn, short enough to read and type. Sliders for seeds end here. */
export const LARGEST_SEED = 999_999

/** A random seed from 0 to `LARGEST_SEED`. */
export function freshSeed(): number {
  return Math.floor(Math.random() * (LARGEST_SEED + 1))
}

/** FNV-1a hash of the seed's text, so that 1 and 2 give very different streams and words can be seeds. */
function hash(seed: number | string): number {
  let value = 0x811c9dc5
  for (const character of String(seed)) value = Math.imul(value ^ (character.codePointAt(0) as number), 0x01000193)
  return value >>> 0
}
