import type { TensorInfo } from '../engine'
import { type Bounds, boundsOf, usersOf, uses } from './graph'
import { areClose, arrangementsOf } from './line-arrangements'
import type { Guess, Looks, Say } from './looks'
import { mapShape } from './map-shape'
import { inWords } from './names'
import { isHeat, rowsDown } from './peaks'
import { pointsIn } from './points'
import { headCount } from './propose-letters'
import { areSaidMasks, isCurved, mayBeMasks, takesMask } from './propose-maps'
import { reason } from './reason'
import { fixedCount, type PictureShape } from './shapes'
import { stackOf } from './stacks'
import { isHead } from './unreadable'

/** The evidence from which the rules below guess a range. */
interface Tells {
  input: TensorInfo
  shape: PictureShape
  looks: Looks
  /** Pictures with this many planes each, and the bounds of their numbers. */
  maps: { output: TensorInfo; map: PictureShape; planes: number; bounds: Bounds | null }[]
  say: Say
}

/** Guesses the range from what networks of this kind usually expect. The first rule that applies decides. */
export function guessRange(input: TensorInfo, shape: PictureShape, looks: Looks, say: Say): Guess {
  const maps = looks.outputs.flatMap((output) => {
    if (isHead(output, looks)) return []
    const map = mapShape(output, shape)
    return map ? [{ output, map, planes: map.channels, bounds: boundsOf(looks.file, output.name) }] : []
  })
  const tells = { input, shape, looks, maps, say }
  for (const rule of [
    asDetector,
    asReader,
    asGrey,
    asPainter,
    byPaddle,
    asIsNet,
    asMask,
    asPointer,
    asClip,
    byOrigin,
    byUse,
  ]) {
    const found = rule(tells)
    if (found) return found
  }
  return say('imagenet', 'guess', reason`most PyTorch networks expect ImageNet's mean colour to be subtracted`)
}

type Rule = (tells: Tells) => Guess | null

const asDetector: Rule = ({ looks: { detector }, say }) => {
  if (!detector) return null
  const { range, kind, order, scale, offset } = detector
  const guess = say(
    range,
    /^(SSD|YOLO-NAS)$|RetinaNet/.test(kind) ? 'guess' : 'likely',
    reason`detectors of this kind (${kind}) usually expect this`,
    order,
  )
  return range === 'custom' ? { ...guess, scale, offset } : guess
}

/** Networks that read lines of text from place to place. */
const asReader: Rule = ({ shape, looks, say }) => {
  const { width, height } = shape
  if (headCount(looks.outputs, shape) !== null)
    return say('0..1', 'guess', reason`networks that read captchas letter by letter usually expect this range`)
  if (height === undefined || height > 64 || (width ?? 2 * height) < 1.5 * height || looks.outputs.length > 2)
    return null
  const isRead = looks.outputs.some((output) =>
    arrangementsOf(output, width).some(({ places }) => width === undefined || areClose(places, width)),
  )
  if (!isRead) return null
  const order = /paddle/i.test(looks.file.producer) ? 'BGR' : undefined
  return say('-1..1', 'guess', reason`networks that read a line of text usually expect this range`, order)
}

const asGrey: Rule = ({ shape, looks: { file }, say }) => {
  if (shape.channels !== 1) return null
  if (/cntk/i.test(file.producer)) return say('0..255', 'likely', reason`networks made with CNTK expect this range`)
  return say('0..1', 'guess', reason`this range is usual for grey pictures`)
}

/** Networks that turn a picture into a picture usually take and output the same range. */
const asPainter: Rule = ({ shape, maps, looks: { file, inputs, outputs, called = '' }, say }) => {
  const words = [file.graphName, called, ...outputs.map(({ name }) => name)].join(' ')
  if (isCurved(words)) return say('0..1', 'likely', reason`networks that brighten pictures by curves expect this range`)
  const mask = maps.find(({ planes, bounds }) => mayBeMasks(planes, bounds))
  if (mask && areSaidMasks(words) && !takesMask(inputs))
    return say('imagenet', 'guess', reason`networks that cut out several things usually expect this range`)
  const stack = maps.find(({ planes, output }) => planes > 4 && stackOf(file, output.name) !== null)
  const picture = maps.find(({ planes }) => planes === 3) ?? stack
  if (!picture) return null
  const { bounds } = picture
  const why = reason`the picture it outputs has the same range`
  // The file may not even say how many planes there are: then it may be a mask.
  if (picture.output.shape.slice(1).every((side) => typeof side === 'string'))
    return say('imagenet', 'guess', reason`networks that turn a picture into a map usually expect this range`)
  if (picture !== stack && bounds && bounds.min >= -0.01 && bounds.max <= 1.01) return say('0..1', 'likely', why)
  if (picture !== stack && bounds && bounds.min < -0.5 && bounds.max <= 1.01) return say('-1..1', 'likely', why)
  if (picture !== stack && bounds) return say('0..255', 'likely', why)
  if (uses(file, 'InstanceNormalization') && !shape.layout.endsWith('HWC'))
    return say('0..255', 'guess', reason`style transfer networks usually expect this range`)
  return say('0..1', 'guess', reason`most networks that turn one picture into another expect this range`)
}

/** IS-Net: masks of six stages as in U²-Net, but its first step halves the picture. */
const asIsNet: Rule = ({ input, maps, looks: { file, called = '', outputs }, say }) => {
  const isSaid = /is-?net|\bdis\b/i.test(`${called} ${file.graphName}`)
  const masks = maps.filter(({ planes }) => planes === 1).length
  const [first] = usersOf(file, input.name)
  const isHalved = first?.op === 'Conv' && [first.attributes.strides ?? 1].flat()[0] === 2
  if (!(isSaid && masks > 0) && !(masks >= 6 && isHalved && outputs.length >= 6)) return null
  const guess = say('custom', 'likely', reason`networks of this kind (IS-Net) expect numbers from −0.5 to 0.5`)
  return { ...guess, scale: 1 / 255, offset: -0.5 }
}

/** Words in the names of networks that find edges. */
const EDGES = /\b(hed|bdcn|rcf)\b|dexined|edges?\b|block ?cat/

const asMask: Rule = ({ maps, looks: { file, outputs, called = '' }, say }) => {
  const masks = maps.filter(({ planes }) => planes === 1)
  const words = [file.graphName, called, ...outputs.map(({ name }) => name)].map(inWords).join(' ')
  if (masks.length >= 3 && masks.every(({ bounds }) => bounds === null) && EDGES.test(words))
    return say('caffe', 'guess', reason`networks that find edges (HED) usually expect this range`, 'BGR')
  if (masks.length >= 3)
    return say('imagenet', 'likely', reason`networks with several masks (U²-Net) expect this range`)
  const [mask] = masks
  // With several other maps, a mask isn't the main result.
  if (!mask || outputs.length > 3) return null
  if (mask.output.shape.length === 3)
    return say('imagenet', 'guess', reason`depth networks usually expect ImageNet's mean colour to be subtracted`)
  return say('0..1', 'guess', reason`many networks that cut something out expect this range`)
}

const asPointer: Rule = ({ shape, maps, looks, say }) => {
  const isHeated =
    maps.some(({ output, map }) => isHeat(output, map, shape.width, looks)) ||
    looks.outputs.some((output) => rowsDown(output, shape, looks.outputs) !== null)
  if (isHeated)
    return say('imagenet', 'guess', reason`pose networks usually expect ImageNet's mean colour to be subtracted`)
  return looks.outputs.some((output) => pointsIn(output, looks) !== null)
    ? say('0..1', 'guess', reason`networks that find points usually expect this range`)
    : null
}

const byPaddle: Rule = ({ shape, looks, say }) => {
  if (!/paddle/i.test(looks.file.producer) && !isDirection(looks)) return null
  const isLine = shape.height === 32 || shape.height === 48 || isDirection(looks)
  return isLine
    ? say('-1..1', 'guess', reason`Paddle networks that read a line of text expect this range`, 'BGR')
    : say('imagenet', 'guess', reason`Paddle networks usually expect ImageNet's mean colour to be subtracted`)
}

/** Whether a network tells if a line of text is upside down, as one of PP-OCR's does. */
export const isDirection = ({ called = '', outputs }: Pick<Looks, 'called' | 'outputs'>) =>
  /pp-?ocr.*cls|textline.*ori/i.test(called) && outputs.length === 1 && outputs[0]?.shape.at(-1) === 2

/** Guesses the range from the program that exported the network. */
const byOrigin: Rule = ({ input, shape, looks: { file }, say }) => {
  if (/caffe/i.test(file.producer) || /^gpu_0\/data/.test(input.name))
    return say(
      'caffe',
      'likely',
      reason`it comes from Caffe, whose networks expect blue first and the mean colour subtracted`,
      'BGR',
    )
  const isTensorFlow = shape.layout.endsWith('HWC') || /tf2onnx|tensorflow|keras|tflite/i.test(file.producer)
  if (isTensorFlow && /^data(_0)?$/.test(input.name))
    return say(
      '0..255',
      'guess',
      reason`it comes from OpenVINO, whose networks usually expect bytes, blue first`,
      'BGR',
    )
  return isTensorFlow
    ? say('-1..1', 'guess', reason`it comes from TensorFlow, whose networks usually expect this range`)
    : null
}

/** CLIP's mean colour, and its standard deviation. */
const CLIP = { mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711] }

const asClip: Rule = ({ looks: { outputs, called = '' }, shape, say }) => {
  const isSaid = outputs.some(({ name }) => /^image_embeds$/.test(name)) || /(^|[^a-z])(mobile|open)?clip/i.test(called)
  if (!isSaid || shape.channels !== 3 || /siglip/i.test(called) || outputs.some(({ shape }) => shape.length === 4))
    return null
  const guess = say(
    'custom',
    'likely',
    reason`networks that compare pictures with words (CLIP) expect CLIP's mean colour to be subtracted`,
  )
  return {
    ...guess,
    scale: CLIP.std.map((std) => 1 / 255 / std),
    offset: CLIP.mean.map((mean, i) => -mean / (CLIP.std[i] ?? 1)),
  }
}

const byUse: Rule = ({ input, shape, looks: { outputs }, say }) => {
  if (/pixel_values/.test(input.name))
    return say(
      'imagenet',
      'likely',
      reason`networks from Hugging Face usually expect ImageNet's mean colour to be subtracted`,
    )
  const isEmbedding = outputs.length === 1 && [128, 256, 512].includes(fixedCount(outputs[0]?.shape ?? []) ?? 0)
  if (isEmbedding && shape.width === 112)
    return say('-1..1', 'guess', reason`networks that describe a face (ArcFace) usually expect this range`)
  return null
}
