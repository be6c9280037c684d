import type { TensorInfo } from '../engine'
import type { DetectSettings } from '../models/detection/settings'
import type { OnnxFile } from '../onnx/onnx-file'
import { anchored } from './anchored-detectors'
import { BOXES } from './box-detectors'
import { type Table, tableOf } from './detector-tables'
import { GRIDS } from './grid-detectors'
import type { RangeName } from './ranges'
import { rawHeads } from './raw-heads'
import { retinaGrids } from './retina-grids'
import type { PictureShape } from './shapes'
import { YOLO } from './yolo-detectors'

/** How a detector's tables are read: what the task `detect` needs to know, except for names and limits. */
export type DetectorChoice = Omit<DetectSettings, 'names' | 'minScore' | 'maxOverlap' | 'limit' | 'shows'>

/** A detector arranged like one of the known kinds. */
export interface Detector {
  /** The common name of this kind. */
  kind: string
  choice: DetectorChoice
  /** The tensor that represents all, and those that are read with it. */
  output: string
  with: string[]
  /** How many kinds of things it knows; undefined if the file doesn't say. */
  classes: number | undefined
  /** The usual number in that case (90). */
  usually?: number
  /** Their names, if all such detectors find the same things. */
  names?: string[]
  /** What the points of each thing are called, if that is known. */
  pointNames?: string[]
  /** Whether it expects its picture stretched to its size, rather than with borders. */
  stretches?: true
  /** Anything else a person should know about it, in words. */
  note?: string
  /** The number range and channel order in which it usually expects its picture. */
  range: RangeName
  /** For the range `custom`: tensor = byte × scale + offset. */
  scale?: number
  offset?: number
  order: 'RGB' | 'BGR'
  /** If it takes any size: the longest side that it was usually made for. */
  side?: number
  /** The required confidence, if unusual. */
  minScore?: number
  /** How distinctive the arrangement of its tensors is, from 0 to 1: near 1 if others hardly have it by chance. */
  sure: number
  /** Whether its boxes refer to a picture that is padded to the model's size, rather than stretched. */
  size: { width: number; height: number }
}

/** The side of the square on which detectors of any size are usually trained. */
const USUAL_SIDE = 640

/** The input of recognisers. */
export interface Seen {
  tables: Table[]
  outputs: readonly TensorInfo[]
  file: OnnxFile
  /** The name of the file. */
  called: string
  size: Detector['size']
}

/** What is found, before its size. */
export type Found = Omit<Detector, 'size'> | null

/** Recognises one arrangement of tensors. */
export type Recogniser = (seen: Seen) => Found

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
