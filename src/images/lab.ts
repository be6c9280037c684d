import { Image, inPieces, onWhiteInPieces, toBytesInPieces } from '../types'

/**
 * The perceived lightness of each pixel (L* of CIE Lab, D65).
 *
 * @param channels 1: bytes, 255 for a lightness of 100. 3: a grey picture of that lightness
 */
export async function lightness(image: Image, channels: 1 | 3): Promise<Image> {
  const { width, height, data, channels: given } = await toBytesInPieces(await onWhiteInPieces(image))
  const light = new Uint8Array(width * height * channels)
  await inPieces(width * height, (from, to) => {
    for (let i = from; i < to; i++) {
      const y = luminanceAt(data as Uint8Array, i * given, given)
      if (channels === 1) light[i] = Math.round(2.55 * (116 * compress(y) - 16))
      else light.fill(byteOf(y), 3 * i, 3 * i + 3)
    }
  })
  return new Image({ width, height, channels, data: light })
}

/**
 * Replaces a picture's colours and keeps its lightness.
 *
 * @param a, b of CIE Lab for each pixel: from green to red, and from blue to yellow, about −110 to 110
 */
export async function withColors(image: Image, a: Float32Array, b: Float32Array): Promise<Image> {
  const { width, height, data, channels } = await toBytesInPieces(await onWhiteInPieces(image))
  const colored = new Uint8Array(width * height * 3)
  await inPieces(width * height, (from, to) => {
    for (let i = from; i < to; i++) {
      const y = luminanceAt(data as Uint8Array, i * channels, channels)
      const middle = compress(y)
      const x = WHITE_X * expand(middle + (a[i] as number) / 500)
      const z = WHITE_Z * expand(middle - (b[i] as number) / 200)
      colored[3 * i] = byteOf(3.2404542 * x - 1.5371385 * y - 0.4985314 * z)
      colored[3 * i + 1] = byteOf(-0.969266 * x + 1.8760108 * y + 0.041556 * z)
      colored[3 * i + 2] = byteOf(0.0556434 * x - 0.2040259 * y + 1.0572252 * z)
    }
  })
  return new Image({ width, height, channels: 3, data: colored })
}

/** X and Z of the white point D65; its Y is 1. */
const [WHITE_X, WHITE_Z] = [0.95047, 1.08883]

/** The relative luminance Y of the pixel whose first byte is at `at`. */
function luminanceAt(data: Uint8Array, at: number, channels: number): number {
  const red = LINEAR[data[at] as number] as number
  if (channels === 1) return red
  const [green, blue] = [LINEAR[data[at + 1] as number] as number, LINEAR[data[at + 2] as number] as number]
  return 0.2126729 * red + 0.7151522 * green + 0.072175 * blue
}

/** Linear light, from 0 to 1, for each sRGB byte. */
const LINEAR = Float64Array.from({ length: 256 }, (_, byte) => {
  const share = byte / 255
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
})

/** Enough steps to distinguish the darkest bytes. */
const STEPS = 16384

/** sRGB bytes for each step of linear light. */
const BYTES = Uint8Array.from({ length: STEPS + 1 }, (_, step) => {
  const light = step / STEPS
  return Math.round(255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055))
})

function byteOf(light: number): number {
  return BYTES[Math.round(Math.min(1, Math.max(0, light)) * STEPS)] as number
}

/** The nonlinear function of CIE Lab and its inverse: a cube root, except for dark values. */
function compress(light: number): number {
  return light > 216 / 24389 ? Math.cbrt(light) : (24389 / 27 / 116) * light + 16 / 116
}

function expand(felt: number): number {
  return felt > 6 / 29 ? felt ** 3 : ((felt - 16 / 116) * 116 * 27) / 24389
}
