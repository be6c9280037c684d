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
  let [values, side] = [bordered(picture), SIDE]
  for (const convolution of convolutions) {
    values = convolve(values, side, convolution)
    side /= 2
  }
  const wide = side + 1
  let result = bias
  let at = 0
  for (let row = wide + 1; row < values.length; row += wide) {
    if (row % (wide * wide) < wide) continue // the border above a plane
    for (let x = row; x < row + side; x++) result += (values[x] as number) * (weights[at++] as number)
  }
  return result
}

/** Planes with the zeros above and on the left of each that their convolution begins with. */
function bordered(planes: Float64Array): Float64Array {
  const wide = SIDE + 1
  const to = new Float64Array((planes.length / (SIDE * SIDE)) * wide * wide)
  for (let row = 0; row * SIDE < planes.length; row++) {
    to.set(planes.subarray(row * SIDE, (row + 1) * SIDE), (row + Math.floor(row / SIDE) + 1) * wide + 1)
  }
  return to
}

/** @param from planes with their border @returns planes of half the side, with theirs */
function convolve(from: Float64Array, side: number, { groups, bias }: Convolution): Float64Array {
  const wide = side / 2 + 1
  const plane = wide * wide
  const to = new Float64Array(bias.length * plane)
  const patch = createPatch((from.length / (side + 1) ** 2) * 9)
  for (let y = 1; y < wide; y++) {
    for (let x = 1; x < wide; x++) {
      const count = gather(from, side + 1, 2 * (y - 1) * (side + 1) + 2 * (x - 1), patch)
      for (let group = 0; group < groups.length; group++) {
        const output = group * GROUP
        addUp(patch, count, groups[group] as Float64Array, bias, output, to, output * plane + y * wide + x, plane)
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

/** The 3 × 3 points of each plane whose upper left one is at `first` of the first. @returns how many are not 0 */
function gather(from: Float64Array, wide: number, first: number, { values, weights }: Patch): number {
  let count = 0
  let weight = 0
  for (let corner = first; corner < from.length; corner += wide * wide) {
    for (let row = corner; row < corner + 3 * wide; row += wide) {
      const left = from[row] as number
      const middle = from[row + 1] as number
      const right = from[row + 2] as number
      if (left !== 0) {
        values[count] = left
        weights[count++] = weight
      }
      if (middle !== 0) {
        values[count] = middle
        weights[count++] = weight + GROUP
      }
      if (right !== 0) {
        values[count] = right
        weights[count++] = weight + 2 * GROUP
      }
      weight += 3 * GROUP
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
  let a = bias[output] as number
  let b = bias[output + 1] as number
  let c = bias[output + 2] as number
  let d = bias[output + 3] as number
  let e = bias[output + 4] as number
  let f = bias[output + 5] as number
  let g = bias[output + 6] as number
  let h = bias[output + 7] as number
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
  to[at] = Math.max(0, a)
  to[at + step] = Math.max(0, b)
  to[at + 2 * step] = Math.max(0, c)
  to[at + 3 * step] = Math.max(0, d)
  to[at + 4 * step] = Math.max(0, e)
  to[at + 5 * step] = Math.max(0, f)
  to[at + 6 * step] = Math.max(0, g)
  to[at + 7 * step] = Math.max(0, h)
}
