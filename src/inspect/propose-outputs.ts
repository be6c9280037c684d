import type { TensorInfo } from '../engine'
import type { OnnxFile } from '../onnx/onnx-file'
import type { InputChoice, OutputChoice, PictureChoice, PointsChoice } from './choice'
import { colorScale, isColoring } from './coloring'
import { boundsOf, classNames, makerOf, uses } from './graph'
import { knownLabels, numberedLabels } from './labels'
import { BODY } from './landmarks'
import { isTable, mapShape } from './map-shape'
import { inWords } from './names'
import { isHeat, rowsDown } from './peaks'
import { pointSize } from './points'
import type { Looks } from './propose-range'
import { describeShape, fixedCount, type PictureShape } from './shapes'
import { stackOf } from './stacks'

type Part = Pick<OutputChoice, 'as' | 'why' | 'confidence'> & Partial<OutputChoice>

/** What an output is made of: the picture that goes in, and where lists of names are found. */
export interface Given {
  picture: InputChoice | undefined
  /** A list of so many names, or any: in the file itself, or beside it. `where` in words. */
  labels(count: number | undefined): { labels: string[]; where: string } | null
}

/** What to make of an output that is no state. */
export function proposeOutput(output: TensorInfo, looks: Looks, given: Given): Part {
  const { shape, dtype } = output
  const word = inWords(output.name)
  if (given.picture) {
    const size = pointSize(output, looks)
    if (size !== 0) return proposePoints(output, size)
    const rows = rowsDown(output, given.picture.picture ?? {}, looks.outputs)
    if (rows) return proposePeaks(rows.points, looks, { down: rows.down })
  }
  const map = mapShape(output, given.picture?.picture)
  if (map?.channels === 2 && given.picture && isColoring(output, looks)) return proposeColors(output, map, looks)
  const part = map && proposeMap(output, map, looks, given, word)
  if (part) return part
  const count = isOne(output, looks, word) ? 1 : fixedCount(shape)
  if (count === 1)
    return { as: 'number', why: 'It gives one number.', confidence: dtype === 'bool' ? 'certain' : 'likely' }
  if (isTable(shape))
    return {
      as: 'numbers',
      why: `It gives a table of ${describeShape(shape)} numbers, as detectors do for each candidate; they are sent as they are.`,
      confidence: 'likely',
    }
  const classes = count ?? (/prob|score/.test(word) && shape.length === 2 ? classNames(looks.file)?.length : undefined)
  if (classes !== undefined && isOneOf(output, classes, looks, given, word))
    return proposeCategory(output, classes, looks.file, given)
  return {
    as: 'numbers',
    why:
      count === undefined
        ? `It gives a list of numbers (${describeShape(shape)}).`
        : `It gives ${count} numbers (${describeShape(shape)}).`,
    confidence: count === undefined ? 'guess' : 'likely',
  }
}

/** One number for each of a batch: the batch is one. */
function isOne({ shape, dtype }: TensorInfo, { inputs }: Looks, word: string): boolean {
  const [only] = shape
  if (shape.length !== 1 || typeof only !== 'string') return false
  const isBatch = /^(n|b|bs)$|batch/i.test(only) || (only !== '' && inputs.some((input) => input.shape[0] === only))
  return isBatch || (only === '' && dtype.includes('int') && /label|class/.test(word))
}

function proposePoints({ shape }: TensorInfo, size: 2 | 3): Part {
  const count = (fixedCount(shape) ?? 0) / size
  // MoveNet alone gives [1, 1, 17, 3]: top, left, and how sure.
  const isMoveNet = size === 3 && shape.length === 4 && count === 17
  if (isMoveNet)
    return {
      as: 'points',
      points: { size, order: 'yx', scored: true },
      pointNames: BODY,
      why: `It gives the ${count} points of a body (MoveNet), and how sure each is.`,
      confidence: 'likely',
    }
  return {
    as: 'points',
    points: { size },
    why: `It gives ${size} numbers for each of ${count} points in the picture.`,
    confidence: 'likely',
  }
}

function proposeColors(output: TensorInfo, { layout }: PictureShape, looks: Looks): Part {
  const scale = colorScale(output, looks)
  return {
    as: 'colors',
    ...(scale !== undefined && { scale }),
    picture: { layout, channels: 3, order: 'RGB', range: '0..255' },
    why: 'It gives two numbers for each pixel, most likely the colours of the picture (a and b of CIE Lab), which keeps its lightness.',
    confidence: 'likely',
  }
}

function proposePeaks(count: number, { file }: Looks, heat: PointsChoice['heat'], picture?: PictureChoice): Part {
  const isBody = count === BODY.length && !/animal|ap10k|horse|quadruped/.test(inWords(file.graphName))
  const how = heat?.down ? 'two rows of brightness' : 'a heat map'
  return {
    as: 'points',
    points: { size: 2, scored: true, heat },
    ...(isBody && { pointNames: BODY }),
    ...(picture && { picture }),
    why: `It gives ${how} for each of ${count} points${isBody ? ', most likely those of a body' : ''}: each is where its ${heat?.down ? 'rows are' : 'map is'} brightest.`,
    confidence: 'likely',
  }
}

function proposeMap(
  output: TensorInfo,
  map: PictureShape,
  { file, outputs, inputs }: Looks,
  { picture, labels }: Given,
  word: string,
): Part | null {
  const { channels, layout, width, height } = map
  const from = picture?.picture
  const isBytes = output.dtype === 'uint8'
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
  if (from && isHeat(output, map, from.width, { file, outputs, inputs }))
    return proposePeaks(channels, { file, outputs, inputs }, {}, base)
  const stack = channels > 4 && from ? stackOf(file, output.name) : null
  if (stack) return proposeStack(output, stack, base, file, from)
  // Three planes are colours, unless they are shares of one.
  const isShares = boundsOf(file, output.name)?.by === 'Softmax'
  const isColors =
    channels === 3 ? !isShares : channels === 4 && (!from || from.channels === 4 || isBytes || /rgba/.test(word))
  if (isColors) {
    const { range, why, confidence } = rangeOf(output, file, from)
    const order = from?.channels === 3 && channels === 3 ? from.order : 'RGB'
    const larger =
      from?.width && width && width > from.width ? `, ${Number((width / from.width).toFixed(2))} times as large` : ''
    return {
      as: 'picture',
      picture: { ...base, channels: channels as 3 | 4, order, range },
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
    const isMask = /alpha|pha|matte|mask|seg|fg/.test(word) || bounds?.by === 'Sigmoid'
    if (/seg|mask/.test(word) && !bounds && output.dtype.startsWith('float'))
      return {
        as: 'picture',
        picture: { ...base, range: 'logits' },
        why: 'It gives a mask: white where something is; nothing keeps its numbers within bounds, so they are most likely raw scores.',
        confidence: 'guess',
      }
    const { range, why, confidence } = rangeOf(output, file, from)
    const what = isMask ? 'a mask: white where something is' : 'a grey picture'
    return { as: 'picture', picture: { ...base, range }, why: `It gives ${what}; ${why}.`, confidence }
  }
  const known = knownLabels('map', channels)
  const found = labels(channels)
  const isAlone = outputs.every(({ shape }) => shape.length !== 4 || shape[1] === output.shape[1])
  if (!isShares && NO_LABELS.test(word)) return null
  if (!found && !isShares && !(known && isAlone) && !mayBeLabels(map, from, output, outputs, word)) return null
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

/** Words for maps of measures, unless they are shares of one. */
const NO_LABELS = /offset|displace|flow|paf|regress|embed|feature|(?<!part )heatmap|box|anchor|grid|hidden/

/** Whether planes are scores of labels, rather than features, offsets or flows: too many and too coarse, or so called. */
function mayBeLabels(
  { width }: PictureShape,
  from: PictureChoice | undefined,
  { name }: TensorInfo,
  outputs: readonly TensorInfo[],
  word: string,
): boolean {
  if (/seg|label|logit|class|parsing|semantic|part heatmap/.test(word)) return true
  if (width !== undefined && from?.width !== undefined && width * 8 < from.width) return false
  return outputs.filter(({ shape }) => shape.length === 4).length <= 1 || outputs[0]?.name === name
}

/** Several pictures on one another: the colour picture that is made last is the result. */
function proposeStack(
  output: TensorInfo,
  parts: { planes: number; madeAt: number }[],
  base: PictureChoice,
  file: OnnxFile,
  from: PictureChoice | undefined,
): Part {
  const [result] = parts.filter(({ planes }) => planes === 3).sort((a, b) => b.madeAt - a.madeAt)
  const at = parts.indexOf(result as (typeof parts)[number])
  const first = parts.slice(0, at).reduce((sum, { planes }) => sum + planes, 0)
  const { range, why } = rangeOf({ ...output, name: '' }, file, from)
  const order = from?.channels === 3 ? from.order : 'RGB'
  return {
    as: 'picture',
    picture: { ...base, channels: 3, order, range, first },
    why: `It gives several pictures on one another, of ${parts.map(({ planes }) => planes).join(', ')} planes; the colour picture that is made last is taken; ${why}.`,
    confidence: 'guess',
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

function isOneOf({ shape, name }: TensorInfo, count: number, looks: Looks, given: Given, word: string): boolean {
  const { file, outputs } = looks
  if (shape.filter((size) => typeof size === 'number' && size > 1).length > 1) return false
  if (given.labels(count)) return true
  if (/embed|feature|landmark|keypoint|pose|box|vector|latent|start|end|mean|var|action|detection/.test(word))
    return false
  const by = boundsOf(file, name)?.by
  if (by === 'Softmax' || makerOf(file, name)?.op === 'LogSoftmax') return true
  if (/prob|class|logit|softmax|label|score/.test(word)) return true
  if (!given.picture || by === 'Tanh') return false
  // Of several lists, one that says nothing of itself is hardly a choice.
  if (outputs.length > 1 && count !== 1000) return false
  if (count === 2 && /latent|encod/.test(inWords(file.graphName))) return false
  return (
    !DESCRIBING.has(count) &&
    (count <= 110 || count === 1000 || count === 1001 || [120, 200, 201, 365, 525].includes(count))
  )
}

/** Ten things told apart in a grey picture are digits; in a small colour picture they are those of CIFAR. */
function usualClasses(count: number, picture: PictureChoice | undefined) {
  if (count !== 10) return knownLabels('one of', count)
  if (picture?.channels === 1) return (picture.width ?? 0) <= 64 ? knownLabels('one of', 10) : null
  return picture?.width === 32 ? knownLabels('small', 10) : null
}

function proposeCategory(output: TensorInfo, count: number, file: OnnxFile, given: Given): Part {
  const bounds = boundsOf(file, output.name)
  const areShares = bounds?.by === 'Softmax' || bounds?.by === 'Sigmoid'
  const own = classNames(file)
  const beside = given.labels(count)
  const found = beside ?? (own?.length === count ? { labels: own, where: 'the file itself' } : null)
  const known = given.picture ? usualClasses(count, given.picture.picture) : null
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
    softmax: !own && !areShares,
    ...(areShares && { areShares }),
    why: `It tells ${count} things apart: one score for each; ${named}.`,
    confidence: found ? 'certain' : known || bounds?.by === 'Softmax' ? 'likely' : 'guess',
  }
}
