import { codec } from '../../src/images'
import { colorize, type Image, isSegmentation, readValue, toBytesInPieces } from '../../src/types'

/** A message's picture, also from a label map, in its colours. @throws ValueError */
export async function readFrame(value: unknown): Promise<Image> {
  if (isSegmentation(value)) return colorize(value)
  return toBytesInPieces((await readValue({ type: 'image' }, value, 'payload', codec)) as Image)
}
