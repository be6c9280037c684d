import type { TensorInfo } from '../engine'
import type { OnnxFile } from '../onnx/contents'
import type { Confidence, LineFacts, PictureChoice } from './choice'
import type { Detector } from './detector'

/** A network's inputs, outputs and names, with other known facts. */
export interface Looks {
  file: OnnxFile
  inputs: readonly TensorInfo[]
  outputs: readonly TensorInfo[]
  /** The outputs for a picture of the usual size, if the network takes any size and was measured. */
  grids?: readonly TensorInfo[]
  /** The name of the network's file. */
  called?: string
  /** Whether the network takes sound: inputs that look like pictures then aren't any. */
  isSound?: boolean
  /** The kind of detector; null if it isn't a detector. */
  detector?: Detector | null
  /** Facts about outputs that read a line of text, as found by running the network. */
  lines?: ReadonlyMap<string, LineFacts>
}

export type Guess = Pick<PictureChoice, 'range' | 'order' | 'scale' | 'offset'> & {
  why: string
  confidence: Confidence
}

/** Builds a guess with its reason in words. */
export type Say = (range: Guess['range'], confidence: Confidence, why: string, order?: Guess['order']) => Guess
