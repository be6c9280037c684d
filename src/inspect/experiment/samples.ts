import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeImage } from '../../images'
import { normals } from '../../random'
import { Image, type PortType, Segmentation, type SegmentationType, type VectorType } from '../../types'

/**
 * This file is compiled to `dist/src/inspect/experiment/samples.js`; the build copies the pictures next to
 * that folder.
 */
const folder = join(__dirname, '../samples')

/** Pictures whose content is known. */
export type Shown = 'astronaut' | 'cat' | 'coffee' | 'line' | Digit
/** The digits are white on black, as nearly all networks for digits expect. */
export const DIGITS = ['two', 'four', 'seven'] as const
type Digit = (typeof DIGITS)[number]

const DRAWN: ReadonlySet<Shown> = new Set(['line', ...DIGITS])

/** A picture to try networks on. */
export interface Sample {
  /** The known content; missing for a user's own picture. */
  shows?: Shown
  image: Image
  /** The second picture for networks that compare pictures; missing: the same one. */
  beside?: Image
  /**
   * The seed of the numbers and text for inputs other than pictures, and the length of free dimensions (16).
   */
  seed?: number
  length?: number
}

const decoded = new Map<Shown, Promise<Image>>()

/** The path of a sample's picture. */
export function pathOfSample(shows: Shown): string {
  return join(folder, `${shows}.${DRAWN.has(shows) ? 'png' : 'jpg'}`)
}

export async function samplePicture(shows: Shown): Promise<Sample> {
  const image = decoded.get(shows) ?? decodeImage(readFileSync(pathOfSample(shows)))
  decoded.set(shows, image)
  return { shows, image: await image }
}

/** A mask of a picture's middle: a quarter of each side is left free all around. */
export function markedOf({ width, height }: Image): Image {
  const isWithin = (at: number, side: number) => Math.abs(at / side - 0.5) < 0.25
  const data = Uint8Array.from({ length: width * height }, (_, i) =>
    isWithin(i % width, width) && isWithin(Math.floor(i / width), height) ? 255 : 0,
  )
  return new Image({ width, height, channels: 1, data })
}

/**
 * A made-up value for an input that isn't a picture; the same seed gives the same value. Undefined if the
 * port has a default.
 * @param shape the shape of the input's tensor
 */
export function sampleValue(
  type: PortType,
  shape: readonly (number | string)[] = [],
  { seed = 1, length = 16 }: Pick<Sample, 'seed' | 'length'> = {},
): unknown {
  switch (type.type) {
    case 'vector': {
      const fixed = shape.reduce<number>(
        (product, size) => product * (typeof size === 'number' && size > 0 ? size : 1),
        1,
      )
      return Float32Array.from(normals(seed, (type as VectorType).length ?? length * fixed))
    }
    case 'segmentation':
      return stripes(type)
    case 'number':
      return type.default === undefined ? Math.min(type.max ?? length, Math.max(type.min ?? length, length)) : undefined
    case 'text':
      return seed === 1 ? 'A red boat on a blue lake' : 'Nobody was at home when it rang'
    default:
      return undefined
  }
}

/** A label map with a stripe for each of the first labels. */
function stripes({ labels = ['0', '1'] }: SegmentationType): Segmentation {
  const [width, height] = [256, 256]
  const bands = Math.min(labels.length, 6)
  const data = Uint16Array.from({ length: width * height }, (_, i) =>
    Math.floor((Math.floor(i / width) * bands) / height),
  )
  return new Segmentation({ width, height, data, labels })
}
