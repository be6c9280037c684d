import type { TensorInfo } from '../engine'
import type { InputChoice, OutputChoice, PictureChoice } from './choice'
import { boundsOf, makerOf } from './graph'
import type { Looks } from './looks'
import { inWords } from './names'
import { reason } from './reason'

/** The usual maximum of a and b in CIE Lab. */
const REACH = 110

/**
 * Whether two planes are colours for the input picture (a and b of CIE Lab): their names say so, or the last
 * step scales them to the range of colours.
 */
export function isColoring({ name, dtype }: TensorInfo, { file, called = '' }: Looks): boolean {
  if (!dtype.startsWith('float')) return false
  const words = [name, file.graphName, called].map(inWords).join(' ')
  if (/flow|seg|mask|normal/.test(words)) return false
  return /colou?r|\bab\b|chroma/.test(words) || reachOf(name, file) !== undefined
}

/**
 * How a network's numbers become a and b: those between −1 and 1 are fractions of the colour range; those between 0 and
 * 1 are bytes as in Lab pictures, with 128 for grey.
 */
export function colorNumbers({ name }: TensorInfo, { file }: Looks): { scale?: number; offset?: number } {
  const bounds = boundsOf(file, name)
  if (!bounds || bounds.min < -1.01 || bounds.max > 1.01) return {}
  return bounds.min >= -0.01 ? COLORS_OF_SHARES : { scale: REACH }
}

export const COLORS_OF_SHARES = { scale: 255, offset: -128 }

/** The last step's factor, if it equals the colour range. */
function reachOf(name: string, file: Looks['file']): number | undefined {
  const last = makerOf(file, name)
  const factors = last?.op === 'Mul' ? last.inputs.flatMap((input) => file.constants.get(input)?.values ?? []) : []
  return factors.find((factor) => factor >= 100 && factor <= 130)
}

/**
 * Makes an input expect the picture's lightness: from 0 to 100 in one channel, or as a grey picture in three.
 */
export function takeLightness(input: InputChoice, outputs: readonly OutputChoice[]): void {
  if (!input.picture || !outputs.some(({ as }) => as === 'colors')) return
  input.picture = asLightness(input.picture)
  const [arranged = ''] = input.why.split('; ')
  if (input.picture.channels === 1) {
    input.why = `${arranged}; ${reason`the network colours it, so its input is the lightness, from 0 to 100`}.`
    input.confidence = 'likely'
  } else input.why = input.why.replace(/\.$/, `; ${reason`the network colours it, so its input has no colours`}.`)
}

export function asLightness(picture: PictureChoice): PictureChoice {
  const numbers = picture.channels === 1 ? { range: 'custom' as const, scale: 100 / 255, offset: 0 } : {}
  return { ...picture, ...numbers, lightness: true }
}
