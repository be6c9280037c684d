/** A layer: a convolution of 3 × 3 in steps of two with a border of zeros, followed by a ramp; the last one is a sum. */
interface Layer {
  weights: Float32Array
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
        weights: Float32Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i) * scale),
        bias,
      }
    }),
  }
}

/** @param picture planes of R, G and B, SIDE × SIDE, −1 to 1 @returns above 0 for a picture of that world */
export function familiarity({ layers }: FamiliarNetwork, picture: Float32Array): number {
  let [values, side] = [picture, SIDE]
  for (const layer of layers.slice(0, -1)) {
    values = convolve(values, side, layer)
    side /= 2
  }
  const { weights, bias } = layers.at(-1) as Layer
  return values.reduce((sum, value, i) => sum + value * (weights[i] as number), bias[0] as number)
}

function convolve(from: Float32Array, side: number, { weights, bias }: Layer): Float32Array {
  const [inputs, half] = [from.length / (side * side), side / 2]
  // A border of zeros spares a question at each tap.
  const wide = side + 1
  const padded = new Float32Array(inputs * wide * wide)
  for (let input = 0; input < inputs; input++) {
    for (let y = 0; y < side; y++) {
      const row = from.subarray((input * side + y) * side, (input * side + y + 1) * side)
      padded.set(row, (input * wide + y + 1) * wide + 1)
    }
  }
  const to = new Float32Array(bias.length * half * half)
  for (let output = 0; output < bias.length; output++) {
    const plane = to.subarray(output * half * half, (output + 1) * half * half).fill(bias[output] as number)
    for (let input = 0; input < inputs; input++) {
      for (let tap = 0; tap < 9; tap++) {
        const weight = weights[(output * inputs + input) * 9 + tap] as number
        const start = (input * wide + Math.floor(tap / 3)) * wide + (tap % 3)
        for (let y = 0; y < half; y++) {
          for (let x = 0; x < half; x++) {
            plane[y * half + x] =
              (plane[y * half + x] as number) + weight * (padded[start + 2 * y * wide + 2 * x] as number)
          }
        }
      }
    }
    for (let i = 0; i < plane.length; i++) if ((plane[i] as number) < 0) plane[i] = 0
  }
  return to
}
