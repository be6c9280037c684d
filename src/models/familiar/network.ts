/** A convolution of 3 × 3 in steps of two with a border of zeros, followed by a ramp. */
interface Convolution {
  /** For each eight outputs: input channel, row, column, output. */
  groups: readonly Float64Array[]
  bias: Float64Array
}

/** Tells pictures of the world a small model was trained on from all others. */
export interface FamiliarNetwork {
  convolutions: readonly Convolution[]
  /** What the last results are multiplied by before they are added up. */
  weights: Float64Array
  bias: number
}

/** The side of the picture that the network sees. */
export const SIDE = 32

/** Outputs that are added up at a time: each addition waits for the one before it. */
const GROUP = 8

interface PackedLayer {
  /** What the whole numbers are multiplied by. */
  scale: number
  /** Whole numbers of 16 bits, low byte first, in base64: output channel, input channel, row, column. */
  weights: string
  /** One per output; of a convolution, a multiple of eight. */
  bias: number[]
}

/** @param file what `models/training/familiar` wrote: convolutions, and the sum at the end */
export function unpack({ layers }: { layers: PackedLayer[] }): FamiliarNetwork {
  const last = layers.at(-1) as PackedLayer
  return {
    convolutions: layers
      .slice(0, -1)
      .map((layer) => ({ groups: inGroups(layer), bias: Float64Array.from(layer.bias) })),
    weights: numbersOf(last),
    bias: last.bias[0] as number,
  }
}

function numbersOf({ scale, weights }: PackedLayer): Float64Array {
  const bytes = Buffer.from(weights, 'base64')
  return Float64Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i) * scale)
}

/** Puts side by side what is read together. */
function inGroups(layer: PackedLayer): Float64Array[] {
  const weights = numbersOf(layer)
  const size = weights.length / layer.bias.length
  return Array.from({ length: layer.bias.length / GROUP }, (_, group) =>
    Float64Array.from(
      { length: GROUP * size },
      (_, i) => weights[(group * GROUP + (i % GROUP)) * size + Math.floor(i / GROUP)] as number,
    ),
  )
}

/** @param picture planes of R, G and B, SIDE × SIDE, −1 to 1 @returns above 0 for a picture of that world */
export function familiarity({ convolutions, weights, bias }: FamiliarNetwork, picture: Float64Array): number {
  let [values, side] = [picture, SIDE]
  for (const convolution of convolutions) {
    values = convolve(values, side, convolution)
    side /= 2
  }
  return values.reduce((sum, value, i) => sum + value * (weights[i] as number), bias)
}

function convolve(from: Float64Array, side: number, { groups, bias }: Convolution): Float64Array {
  const half = side / 2
  const plane = half * half
  const to = new Float64Array(bias.length * plane)
  const patch = createPatch((from.length / (side * side)) * 9)
  for (let y = 0; y < half; y++) {
    for (let x = 0; x < half; x++) {
      const count = gather(from, side, 2 * y - 1, 2 * x - 1, patch)
      for (let group = 0; group < groups.length; group++) {
        const output = group * GROUP
        addUp(patch, count, groups[group] as Float64Array, bias, output, to, output * plane + y * half + x, plane)
      }
    }
  }
  return to
}

/** Values other than 0, of which a ramp leaves half, and where their weights begin. */
interface Patch {
  values: Float64Array
  weights: Int32Array
}

function createPatch(size: number): Patch {
  return { values: new Float64Array(size), weights: new Int32Array(size) }
}

/** The 3 × 3 points of each plane whose upper left one is at `top` and `left`. @returns how many are not 0 */
function gather(from: Float64Array, side: number, top: number, left: number, { values, weights }: Patch): number {
  const area = side * side
  let count = 0
  let weight = 0
  for (let start = 0; start < from.length; start += area) {
    for (let y = top; y < top + 3; y++) {
      for (let x = left; x < left + 3; x++) {
        const value = y < 0 || x < 0 ? 0 : (from[start + y * side + x] as number)
        if (value !== 0) {
          values[count] = value
          weights[count++] = weight
        }
        weight += GROUP
      }
    }
  }
  return count
}

function addUp(
  { values, weights: places }: Patch,
  count: number,
  weights: Float64Array,
  bias: Float64Array,
  output: number,
  to: Float64Array,
  at: number,
  step: number,
): void {
  let [a, b, c, d, e, f, g, h] = [0, 0, 0, 0, 0, 0, 0, 0]
  for (let i = 0; i < count; i++) {
    const value = values[i] as number
    const place = places[i] as number
    a += (weights[place] as number) * value
    b += (weights[place + 1] as number) * value
    c += (weights[place + 2] as number) * value
    d += (weights[place + 3] as number) * value
    e += (weights[place + 4] as number) * value
    f += (weights[place + 5] as number) * value
    g += (weights[place + 6] as number) * value
    h += (weights[place + 7] as number) * value
  }
  to[at] = Math.max(0, a + (bias[output] as number))
  to[at + step] = Math.max(0, b + (bias[output + 1] as number))
  to[at + 2 * step] = Math.max(0, c + (bias[output + 2] as number))
  to[at + 3 * step] = Math.max(0, d + (bias[output + 3] as number))
  to[at + 4 * step] = Math.max(0, e + (bias[output + 4] as number))
  to[at + 5 * step] = Math.max(0, f + (bias[output + 5] as number))
  to[at + 6 * step] = Math.max(0, g + (bias[output + 6] as number))
  to[at + 7 * step] = Math.max(0, h + (bias[output + 7] as number))
}
