import type { TensorInfo } from '../engine'
import type { OnnxFile } from '../onnx/contents'
import type { InputChoice, OutputChoice, Proposal } from './choice'
import { takeLightness } from './coloring'
import { findDetector } from './detectors'
import { convolvedChannels } from './graph'
import { isDirection } from './guess-range'
import { leaveOutConstants, leaveOutFeatures, leaveOutNumbers, leaveOutSideMaps } from './left-out'
import type { Looks } from './looks'
import { portNames } from './names'
import type { Given } from './output-part'
import { portNotes } from './port-notes'
import { proposeInput } from './propose-inputs'
import { proposeOutput } from './propose-outputs'
import { proposeTextInputs, proposeTextOutputs } from './propose-texts'
import { proposeThings } from './propose-things'
import { reason } from './reason'
import { pictureShape } from './shapes'
import { takesSound } from './sounds'
import { findStates } from './states'
import type { TextFacts } from './text-files'

/** Facts about the files next to the model. */
export interface Around {
  /** The name of the file. */
  called: string
  /** Information from the tokenizer next to it. */
  text: TextFacts | undefined
  /** Finds a list of this many names next to the model. */
  labels: Given['labels']
  /** Facts about outputs that read a line of text, as found by running the network. */
  lines?: Looks['lines']
  /** For a detector of any size, its outputs for a picture of the usual size. */
  grids?: readonly TensorInfo[]
}

/** Proposes how to use a model's tensors, each with the reason. */
export function propose(
  allInputs: readonly TensorInfo[],
  allOutputs: readonly TensorInfo[],
  file: OnnxFile,
  around: Around,
): Proposal {
  const { batch, inputs, outputs } = withoutBatch(allInputs, allOutputs)
  const states = findStates(inputs, outputs, file)
  const isSound = takesSound(inputs, file, around.called)
  const looks = {
    ...looksOf(inputs, outputs, file, around),
    called: around.called,
    isSound,
    ...(around.lines && { lines: around.lines }),
  }
  const names = { in: portNames(inputs, true), out: portNames(outputs, false) }
  const proposedInputs = inputs.map((input): InputChoice => {
    const { name, dtype, shape } = input
    const port = names.in.get(name) as string
    const of = states.get(name)
    const base = { tensor: name, dtype, shape, name: port, property: port, ...(batch > 1 && { batch }) }
    if (of === undefined) return { ...base, ...proposeInput(input, looks) }
    return {
      ...base,
      as: 'state',
      of,
      why: reason`It is a memory: it starts empty, and each message gets the "${of}" of the one before; msg.reset clears it.`,
      confidence: 'likely',
    }
  })
  proposeTextInputs(proposedInputs, around.text)
  const main = mainInput(proposedInputs)
  if (main) main.property = 'payload'
  const picture = proposedInputs.find(({ as }) => as === 'picture')
  const carried = new Set(states.values())
  const proposedOutputs = outputs.map((output): OutputChoice => {
    const { name, dtype, shape } = output
    const own = { name: names.out.get(name) as string, property: 'payload', ...(batch > 1 && { batch }) }
    const base = { tensor: name, dtype, shape, ...own }
    if (carried.has(name))
      return {
        ...base,
        as: 'state',
        why: reason`It is the network's memory for the next message.`,
        confidence: 'likely',
      }
    return { ...base, ...proposeOutput(output, looks, { picture, labels: around.labels }) }
  })
  leaveOutConstants(proposedOutputs, file)
  leaveOutSideMaps(proposedOutputs)
  leaveOutNumbers(proposedOutputs)
  shapeLines(picture, proposedOutputs)
  readTogether(proposedOutputs)
  maskBesidePoints(proposedOutputs)
  if (picture?.picture?.width && proposedOutputs.some(({ points }) => points?.scored)) picture.picture.fit = 'letterbox'
  if (picture) sizeOfAny(picture, proposedOutputs, isDirection(looks) ? LINE : SQUARE)
  if (picture) enlarge(picture, proposedOutputs)
  if (picture) takeLightness(picture, proposedOutputs)
  if (looks.detector && picture) proposeThings(picture, proposedOutputs, looks.detector, around.labels)
  leaveOutFeatures(proposedOutputs)
  proposeTextOutputs(proposedInputs, proposedOutputs, around.text)
  return { inputs: proposedInputs, outputs: proposedOutputs, notes: portNotes(proposedInputs, proposedOutputs) }
}

/**
 * Proposes a network for one example if it takes a fixed number of examples at once and outputs as many
 * results.
 */
function withoutBatch(inputs: readonly TensorInfo[], outputs: readonly TensorInfo[]) {
  const sizes = new Set(inputs.filter(({ shape }) => shape.length > 1).map(({ shape }) => shape[0]))
  const [batch = 1] = sizes
  // Three dimensions may be a picture without a batch.
  const isOfAll = ({ shape }: TensorInfo) => shape[0] === batch && shape.length > 1 && shape.length !== 3
  if (typeof batch !== 'number' || batch < 2 || sizes.size > 1 || ![...inputs, ...outputs].every(isOfAll))
    return { batch: 1, inputs, outputs }
  const one = (tensor: TensorInfo): TensorInfo =>
    tensor.shape.length > 1 ? { ...tensor, shape: [1, ...tensor.shape.slice(1)] } : tensor
  return { batch, inputs: inputs.map(one), outputs: outputs.map(one) }
}

/**
 * Proposes a size for classifiers and descriptors that accept any size: the one that they were probably
 * trained on.
 */
function sizeOfAny(
  { picture }: InputChoice,
  outputs: readonly OutputChoice[],
  size: { width: number; height: number },
): void {
  if (!picture || picture.width !== undefined || picture.height !== undefined) return
  const sent = outputs.filter(({ as }) => as !== 'unused' && as !== 'state')
  const isWhole = sent.every(
    ({ as, shape, name }) =>
      as === 'category' ||
      as === 'number' ||
      (as === 'numbers' && (shape.length <= 2 || (shape.length === 3 && /hidden|embed/.test(name)))),
  )
  if (!isWhole || sent.length === 0) return
  delete picture.multipleOf
  Object.assign(picture, { fit: 'stretch', ...size })
}

/** The side of the square on which classifiers are usually trained. */
const SQUARE = { width: 224, height: 224 }
/** The size at which PP-OCR checks whether a line of text is upside down. */
const LINE = { width: 192, height: 48 }

const isReadLine = ({ as, writer }: OutputChoice) => as === 'text' && !writer

/** The height of lines for networks that don't state it (PaddleOCR's). */
const LINE_HEIGHT = 48

/** Fits lines of text by their height, so that the width follows. */
function shapeLines(input: InputChoice | undefined, outputs: readonly OutputChoice[]): void {
  if (!input?.picture || !outputs.some(isReadLine)) return
  if (input.picture.width !== undefined) input.picture.fit = 'stretch'
  else input.picture.height ??= LINE_HEIGHT
}

/** Gathers what is known about a network. One that takes a single colour picture may be a detector. */
function looksOf(
  inputs: readonly TensorInfo[],
  outputs: readonly TensorInfo[],
  file: OnnxFile,
  { called, grids }: Around,
): Looks {
  const pictures = inputs.flatMap(({ name, shape }) => pictureShape(shape, convolvedChannels(file, name)) ?? [])
  const [picture] = pictures
  const mayDetect = picture?.channels === 3 || picture?.channels === 4
  const isOne = mayDetect && pictures.length === 1
  const detector = isOne
    ? (findDetector(picture, outputs, file, called) ?? (grids ? findDetector(picture, grids, file, called) : null))
    : null
  return { file, inputs, outputs, detector, ...(grids && { grids }) }
}

/**
 * The input that reads the payload: preferably a picture, then a label map, text or a list; never a state or
 * an option.
 */
function mainInput(inputs: InputChoice[]): InputChoice | undefined {
  for (const kind of ['picture', 'labels', 'text', 'numbers', 'number', 'switch'] as const) {
    const found = inputs.find(({ as, part = 'ids' }) => as === kind && part === 'ids')
    if (found) return found
  }
  return undefined
}

/**
 * Turns a grey map as large as the picture, next to the points of a body, into the body's mask, read as raw
 * scores.
 */
function maskBesidePoints(outputs: OutputChoice[]): void {
  if (!outputs.some(({ as, points }) => as === 'points' && points?.each)) return
  for (const output of outputs)
    if (output.as === 'picture' && output.picture?.channels === 1 && output.confidence === 'guess')
      Object.assign(output, {
        picture: { ...output.picture, range: 'logits' },
        why: reason`It outputs a mask: white where the body is; its numbers have no bounds, so they are most likely raw scores.`,
      })
}

/**
 * Marks outputs that are read together with others as unused: top-to-bottom rows with left-to-right ones, and
 * offsets with heat maps.
 */
function readTogether(outputs: OutputChoice[]): void {
  for (const { points, name } of outputs)
    for (const output of outputs)
      if (output.tensor === points?.heat?.down || output.tensor === points?.heat?.offsets)
        Object.assign(output, { as: 'unused', why: reason`It is read together with "${name}".`, confidence: 'likely' })
}

/**
 * Lets a network of fixed size that enlarges its picture take pictures of any size in tiles; grey ones by
 * brightness.
 */
function enlarge(input: InputChoice, outputs: OutputChoice[]): void {
  const from = input.picture
  const [output] = outputs
  const to = output?.picture
  if (outputs.length !== 1 || output?.as !== 'picture' || !from?.width || !from.height || !to) return
  const [height, width] = output.shape.slice(to.layout.endsWith('HWC') ? -3 : -2) as [number, number]
  const times = width / from.width
  if (!(times > 1) || height / from.height !== times || from.channels !== to.channels) return
  from.fit = 'tiles'
  Object.assign(to, { restore: true, times })
  input.why += ` ${reason`Larger pictures are processed in tiles.`}`
  if (from.channels !== 1) return
  from.luma = true
  to.luma = true
  output.why = reason`It outputs a grey picture, ${times} times as large: the brightness of the input, whose colours are then restored.`
}
