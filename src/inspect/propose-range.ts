import type { TensorInfo } from '../engine'
import type { OnnxFile } from '../onnx/onnx-file'
import type { Confidence, PictureChoice } from './choice'
import { boundsOf, expectedRange, uses } from './graph'
import type { PictureShape } from './shapes'

type Guess = Pick<PictureChoice, 'range' | 'order'> & { why: string; confidence: Confidence }

/** What a network looks like from outside. */
export interface Looks {
  file: OnnxFile
  inputs: readonly TensorInfo[]
  outputs: readonly TensorInfo[]
}

/** In which numbers, and which order of colours, a network wants its picture. */
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
  if (input.dtype === 'uint8' || input.dtype === 'int32') return say('0..255', 'certain', 'it takes bytes')
  if (input.dtype === 'int8') return say('-128..127', 'likely', 'it takes signed bytes')
  const said = /(0_255|normalized_0_1|normalized_1_1)/i.exec(metadata['Image.NominalPixelRange'] ?? '')?.[1]
  if (said) {
    const range = said === '0_255' ? '0..255' : /0_1/.test(said) ? '0..1' : '-1..1'
    return say(range, 'certain', `the file says so (${metadata['Image.NominalPixelRange']})`)
  }
  const step = expectedRange(file, input.name)
  if (step) return say(step.range, 'likely', step.step)
  if (metadata.stride !== undefined && metadata.names !== undefined)
    return say('0..1', 'certain', 'Ultralytics exported it, whose networks want that')
  return guess(input, shape, looks, say)
}

type Say = (range: Guess['range'], confidence: Confidence, why: string, order?: Guess['order']) => Guess

/** By what networks of its kind usually want. */
function guess(input: TensorInfo, shape: PictureShape, { file, outputs }: Looks, say: Say): Guess {
  const tells = outputs.map((output) => ({ output, bounds: boundsOf(file, output.name), ...lookAt(output, shape) }))
  const has = (kind: Kind) => tells.some((each) => each.kind === kind)
  const isLast = shape.layout.endsWith('HWC')
  if (has('yolox')) return say('0..255', 'likely', 'detectors with such an output (YOLOX) want that', 'BGR')
  if (has('yolo')) return say('0..1', 'likely', 'detectors with such an output (YOLO) want that')
  if (has('boxes')) return say('-1..1', 'guess', 'small detectors with scores and boxes (SSD) mostly want that')
  if (shape.channels === 1) {
    if (/cntk/i.test(file.producer)) return say('0..255', 'likely', 'networks made with CNTK want that')
    return say('0..1', 'guess', 'grey pictures are mostly given so')
  }
  const picture = tells.find(({ kind }) => kind === 'picture')
  if (picture) {
    const { bounds } = picture
    if (bounds && bounds.min >= -0.01 && bounds.max <= 1.01)
      return say('0..1', 'likely', 'the picture that it makes is in the same numbers')
    if (bounds && bounds.min < -0.5 && bounds.max <= 1.01)
      return say('-1..1', 'likely', 'the picture that it makes is in the same numbers')
    if (bounds) return say('0..255', 'likely', 'the picture that it makes is in the same numbers')
    if (uses(file, 'InstanceNormalization') && !isLast)
      return say('0..255', 'guess', 'networks for painting styles mostly want that')
    return say('0..1', 'guess', 'most networks that make a picture of a picture want that')
  }
  if (/caffe/i.test(file.producer) || /^(gpu_0\/)?data(_0)?$/.test(input.name))
    return say(
      'caffe',
      'likely',
      'it comes from Caffe, whose networks want blue first and the mean colour taken off',
      'BGR',
    )
  if (isLast || /tf2onnx|tensorflow|keras/i.test(file.producer))
    return say('-1..1', 'guess', 'it comes from TensorFlow, whose networks mostly want that')
  if (tells.filter(({ kind }) => kind === 'mask').length >= 3)
    return say('imagenet', 'likely', 'networks with several masks (U²-Net) want that')
  if (has('mask')) return say('0..1', 'guess', 'many networks that cut something out want that')
  if (/pixel_values/.test(input.name))
    return say('imagenet', 'likely', "networks of Hugging Face mostly want ImageNet's mean colour taken off")
  return say('imagenet', 'guess', "most networks from PyTorch want ImageNet's mean colour taken off")
}

type Kind = 'picture' | 'mask' | 'yolo' | 'yolox' | 'boxes' | 'other'

/** What an output of a network for pictures is, roughly. */
function lookAt({ shape }: TensorInfo, input: PictureShape): { kind: Kind } {
  const numbers = shape.filter((size): size is number => typeof size === 'number')
  if (shape.length === input.layout.length) {
    const picture = shape.slice(-3)
    const planes = input.layout.endsWith('HWC') ? picture[2] : picture[0]
    const sides = input.layout.endsWith('HWC') ? picture.slice(0, 2) : picture.slice(1)
    if (sides.every((side) => typeof side === 'string' || side >= 8)) {
      if (planes === 3) return { kind: 'picture' }
      if (planes === 1) return { kind: 'mask' }
    }
  }
  if (shape.length === 3 && input.layout.startsWith('N')) {
    const [, rows, columns] = shape
    if (columns === 4 && numbers.length >= 2) return { kind: 'boxes' }
    const candidates = yoloxCandidates(input)
    if (typeof columns === 'number' && columns > 5 && rows === candidates) return { kind: 'yolox' }
    if (
      typeof rows === 'number' &&
      typeof columns === 'number' &&
      Math.max(rows, columns) > 1000 &&
      Math.min(rows, columns) > 4
    )
      return { kind: 'yolo' }
  }
  return { kind: 'other' }
}

/** One candidate for each cell of three grids. */
function yoloxCandidates({ width, height }: PictureShape): number | undefined {
  if (width === undefined || height === undefined) return undefined
  return [8, 16, 32].reduce((sum, stride) => sum + Math.floor(width / stride) * Math.floor(height / stride), 0)
}
