/** A layer: a convolution of 3 × 3 in steps of two with a border of zeros, followed by a ramp; the last one is a sum. */
interface Layer {
  /** Output channel, input channel, row, column; the outputs are a multiple of four. */
  weights: Float64Array
  bias: readonly number[]
}

/** Tells pictures of the world a small model was trained on from all others. */
export interface FamiliarNetwork {
  layers: readonly Layer[]
}

/** The side of the picture that the network sees. */
export const SIDE = 32

interface PackedLayer {
  /** What the whole numbers are multiplied by. */
  scale: number
  /** Whole numbers of 16 bits, low byte first, in base64: output channel, input channel, row, column. */
  weights: string
  bias: number[]
}

/** @param file what `models/training/familiar` wrote */
export function unpack(file: { layers: PackedLayer[] }): FamiliarNetwork {
  return {
    layers: file.layers.map(({ scale, weights, bias }) => {
      const bytes = Buffer.from(weights, 'base64')
      return {
        weights: Float64Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i) * scale),
        bias,
      }
    }),
  }
}

/** @param picture planes of R, G and B, SIDE × SIDE, −1 to 1 @returns above 0 for a picture of that world */
export function familiarity({ layers }: FamiliarNetwork, picture: Float64Array): number {
  let [values, side] = [picture, SIDE]
  for (const layer of layers.slice(0, -1)) {
    values = convolve(values, side, layer)
    side /= 2
  }
  const { weights, bias } = layers.at(-1) as Layer
  return values.reduce((sum, value, i) => sum + value * (weights[i] as number), bias[0] as number)
}

function convolve(from: Float64Array, side: number, { weights, bias }: Layer): Float64Array {
  const half = side / 2
  const plane = half * half
  const size = (from.length / (side * side)) * 9
  const to = new Float64Array(bias.length * plane)
  const patch = new Float64Array(size)
  for (let y = 0; y < half; y++) {
    for (let x = 0; x < half; x++) {
      gather(from, side, 2 * y - 1, 2 * x - 1, patch)
      const at = y * half + x
      // Four sums at a time: each addition waits for the one before it.
      for (let output = 0; output < bias.length; output += 4) {
        const start = output * size
        let [a, b, c, d] = [0, 0, 0, 0]
        for (let i = 0; i < size; i++) {
          const value = patch[i] as number
          a += (weights[start + i] as number) * value
          b += (weights[start + size + i] as number) * value
          c += (weights[start + 2 * size + i] as number) * value
          d += (weights[start + 3 * size + i] as number) * value
        }
        to[output * plane + at] = Math.max(0, a + (bias[output] as number))
        to[(output + 1) * plane + at] = Math.max(0, b + (bias[output + 1] as number))
        to[(output + 2) * plane + at] = Math.max(0, c + (bias[output + 2] as number))
        to[(output + 3) * plane + at] = Math.max(0, d + (bias[output + 3] as number))
      }
    }
  }
  return to
}

/** The 3 × 3 points of each plane whose upper left one is at `top` and `left`; 0 beyond the border. */
function gather(from: Float64Array, side: number, top: number, left: number, patch: Float64Array): void {
  const area = side * side
  let i = 0
  for (let start = 0; start < from.length; start += area) {
    for (let y = top; y < top + 3; y++) {
      for (let x = left; x < left + 3; x++) {
        patch[i++] = y < 0 || x < 0 ? 0 : (from[start + y * side + x] as number)
      }
    }
  }
}
