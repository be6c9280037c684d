/** A 3 × 3 convolution with stride two and a border of zeros, followed by a ReLU. */
interface Convolution {
  /** For each group of eight outputs, in the order: input channel, row, column, output. */
  groups: readonly Float64Array[]
  bias: Float64Array
  /**
   * The output planes. Each has a row and a column of zeros above and to its left, the padding for the next
   * convolution.
   */
  to: Float64Array
}

/**
 * Distinguishes pictures of the world that a small model was trained on from all others.
 *
 * The buffers are allocated once and reused: Node.js counts memory outside its heap, so even a small
 * allocation can trigger a garbage collection after a large run.
 */
export interface FamiliarNetwork {
  /**
   * The input picture: R, G and B planes of WIDE × WIDE values from −1 to 1. The first row and column of each
   * plane stay 0.
   */
  input: Float64Array
  convolutions: readonly Convolution[]
  /** The weights of the final sum. */
  weights: Float64Array
  bias: number
}

/** The side of the picture that the network sees. */
export const SIDE = 32

/** The same including the border. */
export const WIDE = SIDE + 1

/**
 * Outputs that are accumulated together, because each addition to a single sum would wait for the previous
 * one.
 */
const GROUP = 8

interface PackedLayer {
  /** The factor that converts the integers to weights. */
  scale: number
  /** 16-bit integers, little-endian, in base64, in the order: output channel, input channel, row, column. */
  weights: string
  /** One per output. A convolution has a multiple of eight outputs. */
  bias: number[]
}

/** @param file the file that `models/training/familiar` wrote: the convolutions, then the final sum */
export function unpack({ layers }: { layers: PackedLayer[] }): FamiliarNetwork {
  const last = layers.at(-1) as PackedLayer
  return {
    input: new Float64Array(3 * WIDE ** 2),
    convolutions: layers.slice(0, -1).map((layer, i) => ({
      groups: inGroups(layer),
      bias: Float64Array.from(layer.bias),
      to: new Float64Array(layer.bias.length * (SIDE / 2 ** (i + 1) + 1) ** 2),
    })),
    weights: numbersOf(last),
    bias: last.bias[0] as number,
  }
}

function numbersOf({ scale, weights }: PackedLayer): Float64Array {
  const bytes = Buffer.from(weights, 'base64')
  return Float64Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i) * scale)
}

/** Stores weights that are read together next to each other. */
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

/** How familiar the picture in `input` looks: above 0, it is of that world. */
export function familiarity({ input, convolutions, weights, bias }: FamiliarNetwork): number {
  let [values, side] = [input, SIDE]
  for (const convolution of convolutions) {
    convolve(values, side, convolution)
    values = convolution.to
    side /= 2
  }
  const wide = side + 1
  let result = bias
  let at = 0
  for (let row = wide + 1; row < values.length; row += wide) {
    if (row % (wide * wide) < wide) continue // skips the padding above a plane
    for (let x = row; x < row + side; x++) result += (values[x] as number) * (weights[at++] as number)
  }
  return result
}

/** @param from planes, including their padding */
function convolve(from: Float64Array, side: number, { groups, bias, to }: Convolution): void {
  const wide = side / 2 + 1
  for (const [group, weights] of groups.entries()) {
    for (let y = 1; y < wide; y++) {
      for (let x = 1; x < wide; x++) {
        const first = 2 * (y - 1) * (side + 1) + 2 * (x - 1)
        addUp(
          from,
          side + 1,
          first,
          weights,
          bias,
          group * GROUP,
          to,
          group * GROUP * wide ** 2 + y * wide + x,
          wide ** 2,
        )
      }
    }
  }
}

/**
 * Accumulates the 3 × 3 neighbourhood in each plane; `first` is its upper left value in the first plane.
 * Zeros are skipped, because the previous ReLU has set half of the values to 0.
 */
function addUp(
  from: Float64Array,
  wide: number,
  first: number,
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
  let place = 0
  for (let corner = first; corner < from.length; corner += wide * wide) {
    for (let row = corner; row < corner + 3 * wide; row += wide) {
      for (let point = row; point < row + 3; point++, place += GROUP) {
        const value = from[point] as number
        if (value === 0) continue
        a += (weights[place] as number) * value
        b += (weights[place + 1] as number) * value
        c += (weights[place + 2] as number) * value
        d += (weights[place + 3] as number) * value
        e += (weights[place + 4] as number) * value
        f += (weights[place + 5] as number) * value
        g += (weights[place + 6] as number) * value
        h += (weights[place + 7] as number) * value
      }
    }
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
