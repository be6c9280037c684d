import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeImage } from '../../images'
import { normals } from '../../random'
import { type Image, type PortType, Segmentation, type SegmentationType, type VectorType } from '../../types'

/** Compiled, this file is `dist/src/inspect/experiment/samples.js`; the build lays the pictures beside it. */
const folder = join(__dirname, '../samples')

/** Pictures of which it is known what they show. */
export type Shown = 'astronaut' | 'cat' | 'coffee' | 'line' | Digit
/** Written in white on black, as nearly all networks for digits want it. */
export const DIGITS = ['two', 'four', 'seven'] as const
type Digit = (typeof DIGITS)[number]

const DRAWN: ReadonlySet<Shown> = new Set(['line', ...DIGITS])

/** A picture to try networks on. */
export interface Sample {
  /** Missing: somebody's own, of which nothing is known. */
  shows?: Shown
  image: Image
  /** What networks that compare pictures get beside it; missing: the same again. */
  beside?: Image
}

const decoded = new Map<Shown, Promise<Image>>()

/** Where a sample lies. */
export function pathOfSample(shows: Shown): string {
  return join(folder, `${shows}.${DRAWN.has(shows) ? 'png' : 'jpg'}`)
}

export async function samplePicture(shows: Shown): Promise<Sample> {
  const image = decoded.get(shows) ?? decodeImage(readFileSync(pathOfSample(shows)))
  decoded.set(shows, image)
  return { shows, image: await image }
}

/** Something for an input that isn't a picture: always the same. Undefined where the port has a default. */
export function sampleValue(type: PortType): unknown {
  switch (type.type) {
    case 'vector':
      return normals(1, (type as VectorType).length ?? 16)
    case 'segmentation':
      return stripes(type)
    case 'text':
      return 'A red boat on a blue lake'
    default:
      return undefined
  }
}

/** A map of stripes, one for each of the first labels. */
function stripes({ labels = ['0', '1'] }: SegmentationType): Segmentation {
  const [width, height] = [256, 256]
  const bands = Math.min(labels.length, 6)
  const data = Uint16Array.from({ length: width * height }, (_, i) =>
    Math.floor((Math.floor(i / width) * bands) / height),
  )
  return new Segmentation({ width, height, data, labels })
}
