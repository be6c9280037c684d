import type { TensorInfo } from '../engine'
import { type Bounds, boundsOf, uses } from './graph'
import { mapShape } from './map-shape'
import { inWords } from './names'
import type { Guess, Looks, Say } from './propose-range'
import { fixedCount, type PictureShape } from './shapes'

/** What is known of networks that give such outputs. */
interface Tells {
  input: TensorInfo
  shape: PictureShape
  looks: Looks
  /** Pictures, of as many planes each, and bounds of their numbers. */
  maps: { output: TensorInfo; planes: number; bounds: Bounds | null }[]
  say: Say
}

/** By what networks of its kind usually want; the first rule that knows something is followed. */
export function guessRange(input: TensorInfo, shape: PictureShape, looks: Looks, say: Say): Guess {
  const maps = looks.outputs.flatMap((output) => {
    const map = mapShape(output, shape)
    return map ? [{ output, planes: map.channels, bounds: boundsOf(looks.file, output.name) }] : []
  })
  const tells = { input, shape, looks, maps, say }
  for (const rule of [asDetector, asGrey, asPainter, byPaddle, asMask, asPointer, byOrigin, byUse]) {
    const found = rule(tells)
    if (found) return found
  }
  return say('imagenet', 'guess', "most networks from PyTorch want ImageNet's mean colour taken off")
}

type Rule = (tells: Tells) => Guess | null

const asDetector: Rule = ({ looks: { detector }, say }) =>
  detector
    ? say(
        detector.range,
        detector.kind === 'SSD' ? 'guess' : 'likely',
        `such detectors (${detector.kind}) mostly want that`,
        detector.order,
      )
    : null

const asGrey: Rule = ({ shape, looks: { file }, say }) => {
  if (shape.channels !== 1) return null
  if (/cntk/i.test(file.producer)) return say('0..255', 'likely', 'networks made with CNTK want that')
  return say('0..1', 'guess', 'grey pictures are mostly given so')
}

/** A picture of a picture: mostly in the same numbers. */
const asPainter: Rule = ({ shape, maps, looks: { file }, say }) => {
  const stack = maps.find(({ planes, output }) => planes > 4 && isStack(file, output.name))
  const picture = maps.find(({ planes }) => planes === 3) ?? stack
  if (!picture) return null
  const { bounds } = picture
  const why = 'the picture that it makes is in the same numbers'
  if (picture !== stack && bounds && bounds.min >= -0.01 && bounds.max <= 1.01) return say('0..1', 'likely', why)
  if (picture !== stack && bounds && bounds.min < -0.5 && bounds.max <= 1.01) return say('-1..1', 'likely', why)
  if (picture !== stack && bounds) return say('0..255', 'likely', why)
  if (uses(file, 'InstanceNormalization') && !shape.layout.endsWith('HWC'))
    return say('0..255', 'guess', 'networks for painting styles mostly want that')
  return say('0..1', 'guess', 'most networks that make a picture of a picture want that')
}

const asMask: Rule = ({ maps, looks: { outputs }, say }) => {
  const masks = maps.filter(({ planes }) => planes === 1)
  if (masks.length >= 3) return say('imagenet', 'likely', 'networks with several masks (U²-Net) want that')
  const [mask] = masks
  // Beside several other maps a mask is not what the network is for.
  if (!mask || outputs.length > 3) return null
  if (mask.output.shape.length === 3)
    return say('imagenet', 'guess', "networks that measure depth mostly want ImageNet's mean colour taken off")
  return say('0..1', 'guess', 'many networks that cut something out want that')
}

const asPointer: Rule = ({ looks, say }) =>
  looks.outputs.some((output) => isPoints(output, looks))
    ? say('0..1', 'guess', 'networks that find points mostly want that')
    : null

const byPaddle: Rule = ({ shape, looks: { file }, say }) => {
  if (!/paddle/i.test(file.producer)) return null
  const isLine = shape.height === 32 || shape.height === 48
  return isLine
    ? say('-1..1', 'guess', 'networks from Paddle that read a line of text want that', 'BGR')
    : say('imagenet', 'guess', "networks from Paddle mostly want ImageNet's mean colour taken off")
}

/** By the program that the network was made with. */
const byOrigin: Rule = ({ input, shape, looks: { file }, say }) => {
  if (/caffe/i.test(file.producer) || /^gpu_0\/data/.test(input.name))
    return say(
      'caffe',
      'likely',
      'it comes from Caffe, whose networks want blue first and the mean colour taken off',
      'BGR',
    )
  const isTensorFlow = shape.layout.endsWith('HWC') || /tf2onnx|tensorflow|keras|tflite/i.test(file.producer)
  if (isTensorFlow && /^data(_0)?$/.test(input.name))
    return say('0..255', 'guess', 'it comes from OpenVINO, whose networks mostly want bytes, blue first', 'BGR')
  return isTensorFlow ? say('-1..1', 'guess', 'it comes from TensorFlow, whose networks mostly want that') : null
}

const byUse: Rule = ({ input, shape, looks: { outputs }, say }) => {
  if (/pixel_values/.test(input.name))
    return say('imagenet', 'likely', "networks of Hugging Face mostly want ImageNet's mean colour taken off")
  const isEmbedding = outputs.length === 1 && [128, 256, 512].includes(fixedCount(outputs[0]?.shape ?? []) ?? 0)
  if (isEmbedding && shape.width === 112)
    return say('-1..1', 'guess', 'networks that describe a face (ArcFace) mostly want that')
  return null
}

/** Whether several pictures lie one on the other in an output: its last step joins them. */
export function isStack(file: Looks['file'], output: string): boolean {
  return stackOf(file, output) !== null
}

/** The parts that the last step joins to an output: how many planes each has, in order, and which is made last. */
export function stackOf(file: Looks['file'], output: string): { planes: number; madeAt: number }[] | null {
  let tensor = output
  for (let depth = 0; depth < 4; depth++) {
    const node = file.nodes.find(({ outputs }) => outputs.includes(tensor))
    if (!node) return null
    if (node.op === 'Concat') {
      const parts = node.inputs.map((name) => partOf(file, name))
      return parts.every((part) => part !== null) && parts.some((part) => part?.planes === 3)
        ? (parts as { planes: number; madeAt: number }[])
        : null
    }
    if (!['Identity', 'Transpose'].includes(node.op)) return null
    tensor = node.inputs[0] ?? ''
  }
  return null
}

/** A part by the convolution that makes it. */
function partOf(file: Looks['file'], name: string): { planes: number; madeAt: number } | null {
  let tensor = name
  for (let depth = 0; depth < 12; depth++) {
    const at = file.nodes.findIndex(({ outputs }) => outputs.includes(tensor))
    const node = file.nodes[at]
    if (!node) return null
    if (node.op === 'Conv') {
      const planes = file.constants.get(node.inputs[1] ?? '')?.dims[0]
      return planes === undefined ? null : { planes, madeAt: at }
    }
    tensor = node.inputs.find((each) => !file.constants.has(each) && each !== '') ?? ''
  }
  return null
}

/** Numbers of points, with two or three numbers each, that networks for faces, hands and bodies find. */
const POINTS = new Map([
  [10, 2],
  [15, 3],
  [34, 2],
  [42, 2],
  [51, 3],
  [63, 3],
  [136, 2],
  [195, 3],
  [196, 2],
  [212, 2],
  [213, 3],
  [1404, 3],
  [1434, 3],
])

/** Whether an output holds points in the picture, and how many numbers each point has; 0 where it does not. */
export function pointSize({ shape, name }: TensorInfo, { file, outputs }: Looks): 0 | 2 | 3 {
  const count = fixedCount(shape)
  if (count === undefined || count < 4) return 0
  const last = shape.filter((size) => size !== 1).at(-1)
  const isSaid = /landmark|key_?point|kpt|joints?\b|iris|contour|lips|coord/i.test(
    `${inWords(name)} ${inWords(file.graphName)}`,
  )
  const isOne = shape.filter((size) => typeof size === 'number' && size > 1).length <= 1
  if (!isOne) {
    const isPair =
      (last === 2 || last === 3) && shape.filter((size) => typeof size === 'number' && size > 1).length === 2
    return isPair && (isSaid || count <= 200) ? (last as 2 | 3) : 0
  }
  const known = POINTS.get(count)
  if (isSaid) return (known ?? (count % 2 === 0 ? 2 : count % 3 === 0 ? 3 : 0)) as 0 | 2 | 3
  if (known === undefined || boundsOf(file, name)?.by === 'Softmax') return 0
  return (count > 60 && count !== 196) || (outputs.length > 1 && /tflite/i.test(file.producer)) ? (known as 2 | 3) : 0
}

function isPoints(output: TensorInfo, looks: Looks): boolean {
  return pointSize(output, looks) > 0
}
