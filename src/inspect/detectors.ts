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

/** How a detector's tables are read: what the task `detect` has to know, but for names and limits. */
export type DetectorChoice = Omit<DetectSettings, 'names' | 'minScore' | 'maxOverlap' | 'limit' | 'shows'>

/** A detector that is arranged as one of the usual kinds. */
export interface Detector {
  /** What people call such a one. */
  kind: string
  choice: DetectorChoice
  /** The tensor that stands for all, and those that are read with it. */
  output: string
  with: string[]
  /** How many kinds of things it knows; undefined if the file does not tell. */
  classes: number | undefined
  /** How many they mostly are then (90). */
  usually?: number
  /** Their names, where all such detectors find the same. */
  names?: string[]
  /** What the points of each thing are called, if that is known. */
  pointNames?: string[]
  /** Whether it wants its picture stretched to its size, rather than with borders. */
  stretches?: true
  /** What a person should know of it besides, in words. */
  note?: string
  /** In which numbers and order it wants its picture, mostly. */
  range: RangeName
  /** For the range `custom`: tensor = byte × scale + offset. */
  scale?: number
  offset?: number
  order: 'RGB' | 'BGR'
  /** Of one that takes any size: the longest side that it was mostly made for. */
  side?: number
  /** How sure a thing must be, if that is not as usual. */
  minScore?: number
  /** How special the arrangement of its tensors is, from 0 to 1: what others hardly have by chance is near 1. */
  sure: number
  /** Whether its boxes belong to a picture that is filled up to the model's size, rather than stretched. */
  size: { width: number; height: number }
}

/** The side of the square that detectors of any size are mostly trained on. */
const USUAL_SIDE = 640

/** What recognisers look at. */
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
 * What kind of detector gives such tables for such a picture: of all that recognise something, the one that explains
 * most of the outputs by the most special arrangement. Null if it is none of the usual ones.
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
