import type { TensorInfo } from '../engine'
import type { OnnxFile } from '../onnx/contents'
import type { PictureChoice } from './choice'
import { isClicked } from './clicked'
import { boundsOf, classNames, comesFrom, makerOf, usersOf } from './graph'
import { knownLabels, numberedLabels } from './labels'
import type { Looks } from './looks'
import { isTable, mapShape } from './map-shape'
import { inWords } from './names'
import type { Given, OutputPart } from './output-part'
import { rowsDown } from './peaks'
import { rangeOf } from './picture-numbers'
import { pointsIn, proposePoints } from './points'
import { proposeLetters } from './propose-letters'
import { proposeMap, proposePeaks } from './propose-maps'
import { reason } from './reason'
import { describeShape, fixedCount, flatSides } from './shapes'
import { proposeUnreadable } from './unreadable'

const CLICKED: OutputPart = {
  as: 'numbers',
  why: reason`It outputs the raw scores of masks of what is at the given points; they are sent unchanged. The node Segment by clicking combines such networks with those that look at the picture.`,
  confidence: 'likely',
}

/** How to use an output that isn't a state. */
export function proposeOutput(output: TensorInfo, looks: Looks, given: Given): OutputPart {
  const { shape, dtype } = output
  const word = inWords(output.name)
  const zipped = usersOf(looks.file, output.name).find(({ op }) => op === 'ZipMap')
  const names = zipped && classNames(looks.file)
  if (names) return proposeCategory(output, names.length, looks.file, given)
  if (isClicked(looks.inputs) && shape.length === 4) return CLICKED
  const unreadable = proposeUnreadable(output, looks, given.picture !== undefined)
  if (unreadable) return unreadable
  if (given.picture) {
    const letters = proposeLetters(output, looks, given)
    if (letters) return letters
    const points = pointsIn(output, looks)
    if (points && isSpace(output, looks)) return proposeSpace(output)
    if (points) return proposePoints(output, points)
    const rows = rowsDown(output, given.picture.picture ?? {}, looks.outputs)
    if (rows) return proposePeaks(rows.points, looks, { down: rows.down })
  }
  const isNoMap = looks.isSound || (!given.picture && areRows(output, looks.inputs))
  const map = isNoMap ? null : mapShape(output, given.picture?.picture)
  const part = map && proposeMap(output, map, looks, given)
  if (part) return part
  const flat = proposeFlat(output, looks, given)
  if (flat) return flat
  const count = isOne(output, looks, word) ? 1 : fixedCount(shape)
  if (count === 1)
    return { as: 'number', why: reason`It outputs one number.`, confidence: dtype === 'bool' ? 'certain' : 'likely' }
  if (isTable(shape))
    return {
      as: 'numbers',
      why: reason`It outputs a table of ${describeShape(shape)} numbers${given.picture ? reason`, one row for each candidate of a detector` : ''}; they are sent unchanged.`,
      confidence: 'likely',
    }
  if (/score/.test(word) && looks.outputs.some(({ name }) => makerOf(looks.file, name)?.op === 'ArgMin'))
    return {
      as: 'numbers',
      why: reason`It outputs ${count ?? reason`some`} numbers: the distance to each group; the nearest group is the label.`,
      confidence: 'likely',
    }
  const classes = count ?? (/prob|score/.test(word) && shape.length === 2 ? classNames(looks.file)?.length : undefined)
  // Integers are choices rather than scores.
  const areScores = dtype !== 'int64' && dtype !== 'int32'
  if (classes !== undefined && areScores && isOneOf(output, classes, looks, given, word))
    return proposeCategory(output, classes, looks.file, given)
  return {
    as: 'numbers',
    why:
      count === undefined
        ? reason`It outputs a list of numbers (${describeShape(shape)}).`
        : reason`It gives ${count} numbers (${describeShape(shape)}).`,
    confidence: count === undefined ? 'guess' : 'likely',
  }
}

/** Whether an output has dimensions as long as the input lists: it has results for each row, or for pairs. */
function areRows({ shape }: TensorInfo, inputs: readonly TensorInfo[]): boolean {
  const sides = shape.slice(-2).filter((side) => typeof side === 'string')
  if (sides.length === 0 || inputs.some((input) => input.shape.length > 3)) return false
  return (
    sides.length === 2 ||
    inputs.some((input) => input.shape.slice(1).some((side) => sides.some((each) => each === side)))
  )
}

/** Whether an output is a single number, apart from the batch. */
function isOne({ shape, dtype }: TensorInfo, { inputs, outputs }: Looks, word: string): boolean {
  const [only] = shape
  if (shape.length !== 1 || typeof only !== 'string') return false
  const isGiven = only !== '' && inputs.some((input) => input.shape[0] === only)
  // If another output has this many rows, the dimension counts found objects, not the batch.
  const areFound = outputs.some((output) => output.shape.length > 1 && output.shape[0] === only)
  const isBatch = isGiven || (/^(n|b|bs)$|batch/i.test(only) && !areFound)
  return isBatch || (only === '' && dtype.includes('int') && /label|class/.test(word))
}

/**
 * Whether points are positions in space, in metres. Of several lists with the same number of points, only the
 * first has positions in the picture.
 */
function isSpace({ name, shape }: TensorInfo, looks: Looks): boolean {
  if (/world|metric/.test(inWords(name))) return true
  const count = fixedCount(shape)
  const same = looks.outputs.filter((other) => fixedCount(other.shape) === count && pointsIn(other, looks))
  return same.length > 1 && same[0]?.name !== name && pointsIn({ name, shape, dtype: 'float32' }, looks)?.size === 3
}

function proposeSpace({ shape }: TensorInfo): OutputPart {
  return {
    as: 'numbers',
    why: reason`It outputs ${fixedCount(shape)} numbers: the same points in space, most likely in metres, rather than positions in the picture.`,
    confidence: 'likely',
  }
}

/** A picture whose rows follow one another, as output by small networks without convolutions. */
function proposeFlat(output: TensorInfo, { file }: Looks, { picture }: Given): OutputPart | null {
  const sides = flatSides(output.shape)
  const bounds = boundsOf(file, output.name)
  const isWhole = picture?.picture?.flat || (!picture && bounds && (bounds.by === 'Sigmoid' || bounds.by === 'Tanh'))
  if (!sides || !isWhole || !output.dtype.startsWith('float')) return null
  const { range, why, confidence } = rangeOf(output, file, picture?.picture)
  return {
    as: 'picture',
    picture: { layout: 'NCHW', ...sides, order: 'RGB', range, flat: true },
    why: reason`Its ${fixedCount(output.shape)} numbers are most likely a picture of ${sides.width} × ${sides.height}; ${why}.`,
    confidence: confidence === 'certain' ? 'likely' : confidence,
  }
}

/** The usual lengths of vectors that describe a picture rather than classify it. */
const DESCRIBING = new Set([
  64, 128, 192, 256, 320, 384, 448, 512, 576, 640, 768, 960, 1024, 1152, 1280, 1408, 1536, 1792, 2048, 2560, 3072, 4096,
  8192,
])

function isOneOf({ shape, name }: TensorInfo, count: number, looks: Looks, given: Given, word: string): boolean {
  const { file, outputs, called = '' } = looks
  const words = `${word} ${inWords(file.graphName)} ${inWords(called.replace(/\.onnx$/i, ''))}`
  if (shape.filter((size) => typeof size === 'number' && size > 1).length > 1) return false
  if (given.labels(count)) return true
  if (NO_CLASSES.test(word) || NO_CLASSES_HERE.test(words)) return false
  const by = boundsOf(file, name)?.by
  if (by === 'Softmax' || makerOf(file, name)?.op === 'LogSoftmax') return true
  if (/prob|class|logit|softmax|label|score|\b(race|gender|sex|age|emotion|expression|species|style)\b/.test(word))
    return true
  if (!given.picture || by === 'Tanh') return false
  // Of several lists, an uninformative one is hardly a choice.
  if (outputs.length > 1 && count !== 1000) return false
  if (/latent|encod|\bvae\b|embed|descri|re ?id\b/.test(words)) return false
  // A vector normalised to length 1 is a description; one from a sigmoid says yes or no to each.
  if (comesFrom(file, name, ['LpNormalization', 'ReduceL2'], 4)) return false
  return by === 'Sigmoid' || (!DESCRIBING.has(count) && count < MOST_CLASSES && !isMoved(shape))
}

/** Words in the names of lists that aren't class scores. */
const NO_CLASSES =
  /embed|feature|landmark|key ?point|\bpose\b|box|vector|latent|\b(start|end|mean|var|std|yaw|pitch|roll|offset|delta)\b|action|detection|angle|euler|rotation/
/** Words in the names of networks that measure something rather than classify. */
const NO_CLASSES_HERE = /\bfsa ?net\b|head ?pose|\bgaze\b|6d ?rep|\bwhe ?net\b|hope ?net|gender ?age|age ?gender/
/** The largest number of classes that networks have names for. */
const MOST_CLASSES = 25_000

/** [1, 1, 1, n]: this is how inner features of TensorFlow networks look, except for those with a thousand classes. */
function isMoved(shape: TensorInfo['shape']): boolean {
  return shape.length === 4 && shape.at(-1) !== 1 && ![1000, 1001].includes(Number(shape.at(-1)))
}

/**
 * A thousand things are those of ImageNet. Ten in a small grey picture are digits, and eight are emotions; in a small
 * colour picture they are CIFAR's. In other pictures, they may be anything.
 */
function usualClasses(count: number, picture: PictureChoice | undefined) {
  if (count === 1000 || count === 1001) return knownLabels('one of', count)
  const isSmall = (picture?.width ?? 0) <= 64
  if (picture?.channels === 1) return isSmall && (count === 10 || count === 8) ? knownLabels('one of', count) : null
  return picture?.width === 32 && (count === 10 || count === 100) ? knownLabels('small', count) : null
}

function proposeCategory(output: TensorInfo, count: number, file: OnnxFile, given: Given): OutputPart {
  const bounds = boundsOf(file, output.name)
  const areShares = bounds?.by === 'Softmax' || bounds?.by === 'Sigmoid'
  const own = classNames(file)
  const beside = given.labels(count)
  const found = beside ?? (own?.length === count ? { labels: own, where: reason`the file itself` } : null)
  const known = given.picture ? usualClasses(count, given.picture.picture) : null
  const named = found
    ? reason`names are from ${found.where}`
    : known
      ? reason`most likely ${known.name}`
      : reason`a label file can name them`
  return {
    as: 'category',
    labels: found?.labels ?? known?.labels ?? numberedLabels(count),
    softmax: !own && !areShares,
    ...(areShares && { areShares }),
    why: reason`It distinguishes ${count} things, with one score for each; ${named}.`,
    confidence: found ? 'certain' : known || bounds?.by === 'Softmax' ? 'likely' : 'guess',
  }
}
