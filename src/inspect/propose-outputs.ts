import type { TensorInfo } from '../engine'
import type { OnnxFile } from '../onnx/onnx-file'
import type { InputChoice, OutputChoice, PictureChoice } from './choice'
import { boundsOf, makerOf, uses } from './graph'
import { knownLabels, numberedLabels } from './labels'
import { inWords } from './names'
import type { Looks } from './propose-range'
import { describeShape, fixedCount, type PictureShape, pictureShape } from './shapes'

type Part = Pick<OutputChoice, 'as' | 'why' | 'confidence'> & Partial<OutputChoice>

/** What an output is made of: the picture that goes in, and where lists of names are found. */
export interface Given {
  picture: InputChoice | undefined
  /** A list of so many names: in the file itself, or beside it. `where` in words. */
  labels(count: number): { labels: string[]; where: string } | null
}

/** What to make of an output that is no state. */
export function proposeOutput(output: TensorInfo, looks: Looks, given: Given): Part {
  const { shape, dtype } = output
  const word = inWords(output.name)
  const map = spatial(output, given.picture)
  if (map) return proposeMap(output, map, looks, given, word)
  const count = fixedCount(shape)
  if (count === 1)
    return { as: 'number', why: 'It gives one number.', confidence: dtype === 'bool' ? 'certain' : 'likely' }
  if (isDetections(shape))
    return {
      as: 'numbers',
      why: `It gives a table of ${describeShape(shape)} numbers, as detectors do for each candidate; they are sent as they are.`,
      confidence: 'likely',
    }
  if (count !== undefined && isOneOf(output, count, looks.file, given, word))
    return proposeCategory(output, count, looks.file, given)
  return {
    as: 'numbers',
    why:
      count === undefined
        ? `It gives a list of numbers (${describeShape(shape)}).`
        : `It gives ${count} numbers (${describeShape(shape)}).`,
    confidence: count === undefined ? 'guess' : 'likely',
  }
}

/** The map or picture in an output, in the arrangement of the picture that goes in where both would do. */
function spatial({ shape, dtype }: TensorInfo, picture: InputChoice | undefined): PictureShape | null {
  if (dtype === 'bool') return null
  const [first, , last] = shape.slice(-3)
  const isLast = picture?.picture?.layout.endsWith('HWC') ?? false
  if (shape.length === 3 && (typeof first === 'string' || first === 1) && picture && last !== 3 && last !== 1) {
    const [height, width] = shape.slice(1).map((side) => (typeof side === 'number' ? side : undefined))
    // A row of the batch without channels: a depth map, or labels by number.
    if (isDetections(shape) || (height ?? 8) < 8 || (width ?? 8) < 8) return null
    if (picture.picture?.width && height && width && !alike(width / height, picture.picture)) return null
    return { layout: 'CHW', channels: 1, height, width }
  }
  if (shape.length < 3 || isDetections(shape)) return null
  const planes = isLast ? shape.at(-1) : shape.at(-3)
  const hint = picture && typeof planes === 'number' ? { channels: planes, isLast } : undefined
  const found = pictureShape(shape, hint)
  if (found || picture === undefined) return found
  return shape.length === 4 && shape.slice(-2).every((side) => typeof side === 'string')
    ? { layout: 'NCHW', channels: 3, height: undefined, width: undefined }
    : null
}

function alike(ratio: number, { width = 1, height = 1 }: PictureChoice): boolean {
  return Math.abs(Math.log(ratio / (width / height))) < 0.3
}

function isDetections(shape: TensorInfo['shape']): boolean {
  const [, rows, columns] = shape
  return (
    shape.length === 3 &&
    typeof rows === 'number' &&
    typeof columns === 'number' &&
    Math.max(rows, columns) >= 100 &&
    Math.min(rows, columns) < 200 &&
    Math.max(rows, columns) / Math.min(rows, columns) > 4
  )
}

function proposeMap(
  output: TensorInfo,
  map: PictureShape,
  { file }: Looks,
  { picture, labels }: Given,
  word: string,
): Part {
  const { channels, layout, width, height } = map
  const from = picture?.picture
  const isWhole = output.dtype.includes('int') && output.dtype !== 'uint8' && output.dtype !== 'int8'
  const isSame = !from?.width || !width || (width <= from.width && (height ?? 0) <= (from.height ?? 0))
  const restore = from !== undefined && isSame && !(from.width === undefined && isEnlarging(file))
  const base: PictureChoice = { layout, channels: 1, order: 'RGB', range: '0..1', restore }
  if (isWhole && channels === 1)
    return {
      as: 'labels',
      labels: numberedLabels(256),
      picture: base,
      why: 'It gives a whole number for each pixel: labels by number.',
      confidence: 'likely',
    }
  if (channels === 3 || channels === 4) {
    const { range, why, confidence } = rangeOf(output, file, from)
    const order = from?.channels === 3 && channels === 3 ? from.order : 'RGB'
    const larger =
      from?.width && width && width > from.width ? `, ${Number((width / from.width).toFixed(2))} times as large` : ''
    return {
      as: 'picture',
      picture: { ...base, channels, order, range },
      why: `It gives a colour picture${larger}; ${why}.`,
      confidence,
    }
  }
  if (channels === 1) {
    const bounds = boundsOf(file, output.name)
    const isDepth =
      /depth|disp|inverse|midas/.test(`${word} ${inWords(file.graphName)}`) ||
      (layout === 'CHW' && output.shape.length === 3 && !bounds)
    if (isDepth)
      return {
        as: 'values',
        picture: base,
        why: 'It measures something at each pixel, such as depth; it is shown from the least to the most.',
        confidence: 'likely',
      }
    const { range, why, confidence } = rangeOf(output, file, from)
    const isMask = /alpha|pha|matte|mask|seg|fg/.test(word) || bounds?.by === 'Sigmoid'
    const what = isMask ? 'a mask: white where something is' : 'a grey picture'
    return { as: 'picture', picture: { ...base, range }, why: `It gives ${what}; ${why}.`, confidence }
  }
  const known = knownLabels('map', channels)
  const found = labels(channels)
  const named = found
    ? `names are from ${found.where}`
    : known
      ? `networks with so many mostly have ${known.name}`
      : 'a label file can name them'
  return {
    as: 'labels',
    labels: found?.labels ?? known?.labels ?? numberedLabels(channels),
    picture: base,
    why: `It gives a score for each of ${channels} labels at each pixel; ${named}.`,
    confidence: found ? 'certain' : known ? 'likely' : 'guess',
  }
}

/** Whether a network of any size makes pictures larger, by its steps. */
function isEnlarging(file: OnnxFile): boolean {
  return uses(file, 'DepthToSpace') || /upscal|super.?res|esrgan|srgan|espcn|fsrcnn/i.test(file.graphName)
}

function rangeOf(
  { name, dtype }: TensorInfo,
  file: OnnxFile,
  from: PictureChoice | undefined,
): Pick<PictureChoice, 'range'> & Pick<Part, 'why' | 'confidence'> {
  if (dtype === 'uint8') return { range: '0..255', why: 'in bytes', confidence: 'certain' }
  const bounds = boundsOf(file, name)
  if (bounds) {
    const why = `its last step (${bounds.by}) keeps the numbers within ${short(bounds.min)} and ${short(bounds.max)}`
    if (bounds.min < -0.4 && bounds.max <= 1.1) return { range: '-1..1', why, confidence: 'certain' }
    return { range: bounds.max > 2 ? '0..255' : '0..1', why, confidence: 'certain' }
  }
  const mirrored = from?.range === '0..1' || from?.range === '-1..1' || from?.range === '0..255' ? from.range : null
  if (mirrored)
    return { range: mirrored, why: 'most likely in the same numbers as the one that goes in', confidence: 'guess' }
  if (from) return { range: '0..1', why: 'most likely in numbers from 0 to 1', confidence: 'guess' }
  return { range: '-1..1', why: 'networks that invent pictures mostly give numbers from −1 to 1', confidence: 'guess' }
}

const short = (value: number) => Number(value.toPrecision(3))

/** Lengths that describe a picture rather than name what it shows. */
const DESCRIBING = new Set([128, 256, 384, 512, 768, 1024, 1280, 1536, 2048, 4096])

function isOneOf({ shape, name }: TensorInfo, count: number, file: OnnxFile, given: Given, word: string): boolean {
  if (shape.filter((size) => typeof size === 'number' && size > 1).length > 1) return false
  if (given.labels(count)) return true
  if (/embed|feature|landmark|keypoint|pose|box|vector|latent/.test(word)) return false
  const maker = makerOf(file, name)?.op
  if (maker === 'Softmax' || maker === 'LogSoftmax' || /prob|class|logit|softmax|label|score/.test(word)) return true
  if (!given.picture) return false
  return !DESCRIBING.has(count) && (count <= 20 || count === 1000 || count === 1001 || count === 80 || count === 100)
}

function proposeCategory(output: TensorInfo, count: number, file: OnnxFile, given: Given): Part {
  const bounds = boundsOf(file, output.name)
  const found = given.labels(count)
  const known = given.picture ? knownLabels('one of', count) : null
  const named = found
    ? `names are from ${found.where}`
    : known
      ? `most likely ${known.name}`
      : count === 1000
        ? "most likely ImageNet's; a label file can name them"
        : 'a label file can name them'
  return {
    as: 'category',
    labels: found?.labels ?? known?.labels ?? numberedLabels(count),
    softmax: bounds?.by !== 'Softmax' && bounds?.by !== 'Sigmoid',
    why: `It tells ${count} things apart: one score for each; ${named}.`,
    confidence: found ? 'certain' : known || bounds?.by === 'Softmax' ? 'likely' : 'guess',
  }
}
