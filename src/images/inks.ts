import { inPieces } from '../types'

/**
 * The colours of inks (CMYK) without a profile, as browsers and most programs show them. sharp would assume a
 * printer, whose grey is brownish.
 */
export async function inksToRgb(inks: Uint8Array): Promise<Uint8Array> {
  const colors = new Uint8Array((inks.length / 4) * 3)
  await inPieces(inks.length / 4, (from, to) => {
    for (let i = from; i < to; i++) {
      const light = 255 - (inks[4 * i + 3] as number)
      for (let k = 0; k < 3; k++) colors[3 * i + k] = Math.round(((255 - (inks[4 * i + k] as number)) * light) / 255)
    }
  })
  return colors
}
