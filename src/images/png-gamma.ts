import { open } from 'node:fs/promises'

/** Programs write this gamma into PNGs that are in fact sRGB, so it is treated as sRGB. */
const USUAL = 0.45455
/** Smaller differences aren't visible; libpng ignores them too. */
const TOLERANCE = 0.05
const MOST_CHUNKS = 1000

type Read = (at: number, length: number) => Promise<Uint8Array>

/**
 * The gamma of a PNG that isn't sRGB, such as 1 for linear light from a renderer. Null if the PNG is sRGB or
 * contains a colour profile, which is more precise. Its primaries (cHRM) are assumed to be those of sRGB.
 */
export async function gammaOfPng(given: Uint8Array | string): Promise<number | null> {
  if (typeof given !== 'string') return findGamma(async (at, length) => given.subarray(at, at + length))
  const file = await open(given)
  try {
    return await findGamma(async (at, length) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at)
      return buffer.subarray(0, bytesRead)
    })
  } finally {
    await file.close()
  }
}

async function findGamma(read: Read): Promise<number | null> {
  let gamma: number | null = null
  let at = 8
  for (let count = 0; count < MOST_CHUNKS; count++) {
    const chunk = Buffer.from(await read(at, 12))
    if (chunk.length < 12) break
    const kind = chunk.toString('latin1', 4, 8)
    if (/^(sRGB|iCCP|cICP)$/.test(kind)) return null
    if (kind === 'gAMA') gamma = chunk.readUInt32BE(8) / 100_000
    if (kind === 'IDAT') break
    at += 12 + chunk.readUInt32BE(0)
  }
  return gamma && Math.abs(gamma / USUAL - 1) > TOLERANCE ? gamma : null
}

/**
 * Converts the values of a PNG with a gamma to 8-bit sRGB. Alpha (the last of 2 or 4 channels) isn't
 * affected.
 *
 * @param most the value of white: 255 or 65535
 */
export function gammaToSrgb(
  numbers: Uint8Array | Uint16Array,
  { gamma, channels, most }: { gamma: number; channels: number; most: number },
): Uint8Array {
  const colours = new Uint8Array(most + 1)
  for (let n = 0; n <= most; n++) colours[n] = Math.round(255 * srgbOf((n / most) ** (1 / gamma)))
  const bytes = new Uint8Array(numbers.length)
  const hasAlpha = channels % 2 === 0
  numbers.forEach((number, i) => {
    const isAlpha = hasAlpha && i % channels === channels - 1
    bytes[i] = isAlpha ? Math.round((number * 255) / most) : (colours[number] ?? 0)
  })
  return bytes
}

function srgbOf(light: number): number {
  return light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055
}
