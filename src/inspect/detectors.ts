import type { TensorInfo } from '../engine'
import type { OnnxFile } from '../onnx/contents'
import { anchored } from './anchored-detectors'
import { BOXES } from './box-detectors'
import type { Detector, Found, Recogniser } from './detector'
import { tableOf } from './detector-tables'
import { GRIDS } from './grid-detectors'
import { rawHeads } from './raw-heads'
import { retinaGrids } from './retina-grids'
import type { PictureShape } from './shapes'
import { YOLO } from './yolo-detectors'

/** The side of the square on which detectors of any size are usually trained. */
const USUAL_SIDE = 640

const RECOGNISERS: Recogniser[] = [...GRIDS, ...BOXES, ...YOLO, rawHeads, anchored, retinaGrids]

/**
 * The kind of detector that outputs such tables for such a picture: of all matches, the one that explains most of the
 * outputs with the most distinctive arrangement. Null if it is none of the known kinds.
 */
export function findDetector(
  shape: PictureShape,
  outputs: readonly TensorInfo[],
  file: OnnxFile,
  called = '',
): Detector | null {
  const size = sizeFor(shape, file)
  const tables = outputs.flatMap((output) => tableOf(output, file) ?? [])
  const seen = { tables, outputs, file, called, size }
  const explained = (found: Detector | Exclude<Found, null>) =>
    new Set([found.output, ...found.with]).size / outputs.length
  const best = RECOGNISERS.flatMap((recognise) => recognise(seen) ?? [])
    .map((found) => ({ found, evidence: found.sure * explained(found) }))
    .sort((a, b) => b.evidence - a.evidence)[0]
  if (!best) return null
  const isOpen = shape.width === undefined && file.metadata.imgsz === undefined
  const { found } = best
  return { ...found, size: found.side && isOpen ? { width: found.side, height: found.side } : size }
}

function sizeFor({ width, height }: PictureShape, { metadata }: OnnxFile): Detector['size'] {
  if (width !== undefined && height !== undefined) return { width, height }
  const [rows, columns] = [...(metadata.imgsz ?? '').matchAll(/\d+/g)].map(Number)
  return { width: columns ?? rows ?? USUAL_SIDE, height: rows ?? USUAL_SIDE }
}
