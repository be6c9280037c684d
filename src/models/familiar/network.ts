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
  const [area, half] = [side * side, side / 2]
  const inputs = from.length / area
  const to = new Float32Array(bias.length * half * half)
  const patch = new Float32Array(inputs * 9)
  for (let y = 0; y < half; y++) {
    for (let x = 0; x < half; x++) {
      gather(from, side, 2 * y - 1, 2 * x - 1, patch)
      for (let output = 0; output < bias.length; output++) {
        let sum = bias[output] as number
        const start = output * patch.length
        for (let i = 0; i < patch.length; i++) sum += (weights[start + i] as number) * (patch[i] as number)
        to[output * half * half + y * half + x] = Math.max(sum, 0)
      }
    }
  }
  return to
}

/** The 3 × 3 points of each plane whose upper left one is at `top` and `left`; 0 beyond the border. */
function gather(from: Float32Array, side: number, top: number, left: number, patch: Float32Array): void {
  const area = side * side
  let i = 0
  for (let plane = 0; plane < from.length; plane += area) {
    for (let y = top; y < top + 3; y++) {
      for (let x = left; x < left + 3; x++) {
        patch[i++] = y < 0 || x < 0 ? 0 : (from[plane + y * side + x] as number)
      }
    }
  }
}
