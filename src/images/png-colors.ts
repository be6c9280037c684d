import { headOfPng } from './png-head'
import { colorsOfCodes, otherPrimaries, type Primaries, type StatedColors } from './stated-colors'

/** Programs write this gamma into PNGs that are in fact sRGB, so it is treated as sRGB. */
const USUAL = 0.45455
/** Smaller differences aren't visible; libpng ignores them too. */
const TOLERANCE = 0.05
/** The longest chunk that is read here has this many bytes. */
const MOST_DATA = 32

/**
 * The colours of a PNG that isn't sRGB, such as linear light from a renderer (gAMA, with cHRM if there is one),
 * or Display P3 (cICP). Null if the PNG is sRGB or contains a colour profile.
 *
 * @throws Error in a sentence for HDR
 */
export async function colorsOfPng(given: Uint8Array | string): Promise<StatedColors | null> {
  const found = await headOfPng(given, MOST_DATA)
  const codes = found.get('cICP')
  const coded = codes ? colorsOfCodes(codes[0] as number, codes[1] as number) : null
  if (found.has('iCCP')) return null
  if (codes) return coded
  const gamma = found.get('gAMA')
  if (found.has('sRGB') || gamma?.length !== 4) return null
  return ofGamma(gamma.readUInt32BE(0) / 100_000, found.get('cHRM'))
}

function ofGamma(gamma: number, chromaticities: Buffer | undefined): StatedColors | null {
  if (gamma <= 0) return null
  const numbers =
    chromaticities?.length === MOST_DATA
      ? Array.from({ length: 8 }, (_, i) => chromaticities.readUInt32BE(4 * i) / 100_000)
      : null
  const primaries = numbers && otherPrimaries(numbers as unknown as Primaries)
  return primaries || Math.abs(gamma / USUAL - 1) > TOLERANCE ? { gamma, primaries } : null
}
