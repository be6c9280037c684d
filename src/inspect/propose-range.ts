import type { TensorInfo } from '../engine'
import type { OnnxFile } from '../onnx/onnx-file'
import type { Confidence, LineFacts, PictureChoice } from './choice'
import type { Detector } from './detectors'
import { expectedRange } from './graph'
import { guessRange } from './guess-range'
import { reason } from './reason'
import type { PictureShape } from './shapes'
import { weighRange } from './weigh-range'

export type Guess = Pick<PictureChoice, 'range' | 'order' | 'scale' | 'offset'> & {
  why: string
  confidence: Confidence
}

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

/** The range and colour order in which a network needs its picture. */
export function proposeRange(input: TensorInfo, shape: PictureShape, looks: Looks): Guess {
  const { file } = looks
  const { metadata } = file
  const about = file.inputs.find(({ name }) => name === input.name)?.about ?? ''
  const order = /bgr/i.test(metadata['Image.BitmapPixelFormat'] ?? about) ? 'BGR' : 'RGB'
  const say = (
    range: Guess['range'],
    confidence: Confidence,
    why: string,
    channels: Guess['order'] = order,
  ): Guess => ({
    range,
    order: shape.channels === 3 ? channels : 'RGB',
    confidence,
    why,
  })
  if (input.dtype === 'uint8' || input.dtype === 'int32') return say('0..255', 'certain', reason`it takes bytes`)
  if (input.dtype === 'int8') return say('-128..127', 'likely', reason`it takes signed bytes`)
  const said = /(0_255|normalized_0_1|normalized_1_1)/i.exec(metadata['Image.NominalPixelRange'] ?? '')?.[1]
  if (said) {
    const range = said === '0_255' ? '0..255' : /0_1/.test(said) ? '0..1' : '-1..1'
    return say(range, 'certain', reason`the file says so (${metadata['Image.NominalPixelRange']})`)
  }
  const step = expectedRange(file, input.name)
  if (step) return say(step.range, 'likely', step.step)
  if (metadata.stride !== undefined && metadata.names !== undefined)
    return say('0..1', 'certain', reason`it was exported by Ultralytics, whose networks expect this range`)
  const isNaming = looks.outputs.every(({ shape: sides }) => sides.filter((side) => side !== 1).length <= 2)
  return weighRange(guessRange(input, shape, looks, say), file.filters.get(input.name) ?? null, isNaming)
}

/** Builds a guess with its reason in words. */
export type Say = (range: Guess['range'], confidence: Confidence, why: string, order?: Guess['order']) => Guess
