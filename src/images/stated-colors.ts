import { inPieces } from '../types'
import { inverse, type Matrix } from './warp'

/** The chromaticities of the white point and the primaries: x and y of each. */
export type Primaries = readonly [
  wx: number,
  wy: number,
  rx: number,
  ry: number,
  gx: number,
  gy: number,
  bx: number,
  by: number,
]

/** Colours that aren't sRGB, of a picture that states them without a colour profile. */
export interface StatedColors {
  /** The values are light to the power of this; null for the curve of sRGB. */
  gamma: number | null
  /** Null for those of sRGB. */
  primaries: Primaries | null
}

export const SRGB_COLORS: StatedColors = { gamma: null, primaries: null }

const SRGB: Primaries = [0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06]
/** Smaller differences aren't visible. */
const TOLERANCE = 0.01

/** The primaries, unless they are those of sRGB or impossible. */
export function otherPrimaries(primaries: Primaries): Primaries | null {
  const isPossible = primaries.every((value, i) => (i % 2 ? value > 0 : value >= 0) && value < 1)
  const isOther = primaries.some((value, i) => Math.abs(value - (SRGB[i] as number)) > TOLERANCE)
  return isPossible && isOther ? primaries : null
}

/** The primaries of H.273 that differ from those of sRGB by more than screens do. */
const NAMED: Record<number, Primaries> = {
  9: [0.3127, 0.329, 0.708, 0.292, 0.17, 0.797, 0.131, 0.046], // BT.2020
  12: [0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06], // Display P3
}
/** Transfer functions of H.273. Those of video are shown like that of sRGB. */
const GAMMAS: Record<number, number> = { 4: 1 / 2.2, 5: 1 / 2.8, 8: 1 }
const HDR: Record<number, string> = { 16: 'PQ', 18: 'HLG' }

/**
 * The colours that a PNG (cICP) or an AVIF (nclx) states by the numbers of H.273; null for sRGB.
 *
 * @throws Error in a sentence for HDR
 */
export function colorsOfCodes(primaries: number, transfer: number): StatedColors | null {
  const hdr = HDR[transfer]
  if (hdr) throw new Error(`the picture is HDR (${hdr}), whose colours cannot be read: save it as SDR first`)
  const stated = { gamma: GAMMAS[transfer] ?? null, primaries: NAMED[primaries] ?? null }
  return stated.gamma || stated.primaries ? stated : null
}

/**
 * Converts values to 8-bit sRGB, in pieces. Alpha (the last of 2 or 4 channels) isn't affected, and grey stays
 * grey.
 *
 * @param most the value of white: 255 or 65535
 */
export async function toSrgb(
  numbers: Uint8Array | Uint16Array,
  { gamma, primaries }: StatedColors,
  { channels, most }: { channels: number; most: number },
): Promise<Uint8Array> {
  const lights = Float32Array.from({ length: most + 1 }, (_, n) =>
    gamma ? (n / most) ** (1 / gamma) : lightOf(n / most),
  )
  const bytes = new Uint8Array(numbers.length)
  const matrix = channels >= 3 && primaries ? matrixOf(primaries) : null
  const direct = Uint8Array.from(lights, (light) => Math.round(255 * srgbOf(light)))
  const colors = channels - (channels % 2 === 0 ? 1 : 0)
  await inPieces(numbers.length / channels, (from, to) => {
    for (let at = from * channels; at < to * channels; at += channels) {
      if (matrix) {
        const [red, green, blue] = [0, 1, 2].map((k) => lights[numbers[at + k] as number] as number) as [
          number,
          number,
          number,
        ]
        for (let k = 0; k < 3; k++) {
          const [a, b, c] = [matrix[3 * k] as number, matrix[3 * k + 1] as number, matrix[3 * k + 2] as number]
          bytes[at + k] = BYTES[Math.round(Math.min(1, Math.max(0, a * red + b * green + c * blue)) * STEPS)] as number
        }
      } else for (let k = 0; k < colors; k++) bytes[at + k] = direct[numbers[at + k] as number] as number
      if (colors < channels) bytes[at + colors] = Math.round(((numbers[at + colors] as number) * 255) / most)
    }
  })
  return bytes
}

/** From linear light with these primaries to that with those of sRGB. White stays white. */
function matrixOf(primaries: Primaries): Matrix {
  return times(inverse(toXyz(SRGB)), times(whiteOf(primaries), toXyz(primaries)))
}

function toXyz([wx, wy, ...colors]: Primaries): Matrix {
  const columns = [0, 2, 4].map((i) => xyz(colors[i] as number, colors[i + 1] as number))
  const plain = [0, 1, 2].flatMap((k) => columns.map((column) => column[k])) as unknown as Matrix
  const [x, y, z] = xyz(wx, wy)
  const back = inverse(plain)
  const shares = [0, 3, 6].map(
    (k) => (back[k] as number) * x + (back[k + 1] as number) * y + (back[k + 2] as number) * z,
  )
  return plain.map((value, i) => value * (shares[i % 3] as number)) as unknown as Matrix
}

/** Scales their white to that of sRGB. */
function whiteOf([wx, wy]: Primaries): Matrix {
  const [from, to] = [xyz(wx, wy), xyz(SRGB[0], SRGB[1])]
  const [x, y, z] = to.map((value, k) => value / (from[k] as number)) as [number, number, number]
  return [x, 0, 0, 0, y, 0, 0, 0, z]
}

function xyz(x: number, y: number): [number, number, number] {
  return [x / y, 1, (1 - x - y) / y]
}

function times(some: Matrix, other: Matrix): Matrix {
  return Array.from({ length: 9 }, (_, i) =>
    [0, 1, 2].reduce((sum, k) => sum + (some[i - (i % 3) + k] as number) * (other[3 * k + (i % 3)] as number), 0),
  ) as unknown as Matrix
}

/** Enough steps to distinguish the darkest bytes. */
const STEPS = 16_384
const BYTES = Uint8Array.from({ length: STEPS + 1 }, (_, step) => Math.round(255 * srgbOf(step / STEPS)))

function lightOf(share: number): number {
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
}

function srgbOf(light: number): number {
  return light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055
}
