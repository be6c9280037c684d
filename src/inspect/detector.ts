import type { TensorInfo } from '../engine'
import type { DetectSettings } from '../models/detection/settings'
import type { OnnxFile } from '../onnx/contents'
import type { RangeName } from './ranges'

/** An output as a table. `columns` is 0 if the number is unknown. */
export type Table = TensorInfo & { rows: number | string; columns: number }

/** How a detector's tables are read: the settings of the task `detect`, except names and limits. */
export type DetectorChoice = Omit<DetectSettings, 'names' | 'minScore' | 'maxOverlap' | 'limit' | 'shows'>

/** A detector arranged like one of the known kinds. */
export interface Detector {
  /** The common name of this kind. */
  kind: string
  choice: DetectorChoice
  /** The tensor that represents the detector, and the tensors read together with it. */
  output: string
  with: string[]
  /** The number of classes; undefined if the file doesn't say. */
  classes: number | undefined
  /** The usual number of classes if the file doesn't say; 90 by default. */
  usually?: number
  /** The class names, if all detectors of this kind find the same things. */
  names?: string[]
  /** The names of each object's points, if known. */
  pointNames?: string[]
  /** Whether it expects its picture stretched to its size, rather than with borders. */
  stretches?: true
  /** A sentence about anything else that the user should know. */
  note?: string
  /** The number range and channel order that detectors of this kind usually expect. */
  range: RangeName
  /** For the range `custom`: tensor = byte × scale + offset. */
  scale?: number
  offset?: number
  order: 'RGB' | 'BGR'
  /** The longest side of the pictures it was usually trained on, for detectors of any size. */
  side?: number
  /** The minimum confidence, if it differs from the usual one. */
  minScore?: number
  /** How distinctive the arrangement of tensors is, from 0 to 1; near 1 if it hardly occurs by chance. */
  sure: number
  /** Whether its boxes refer to a picture that is padded to the model's size, rather than stretched. */
  size: { width: number; height: number }
}

/** What recognisers know about a network. */
export interface Seen {
  tables: Table[]
  outputs: readonly TensorInfo[]
  file: OnnxFile
  /** The name of the file. */
  called: string
  size: Detector['size']
}

/** A recognised detector, before its size is added. */
export type Found = Omit<Detector, 'size'> | null

/** Recognises one arrangement of tensors. */
export type Recogniser = (seen: Seen) => Found
