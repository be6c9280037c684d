import type { TensorInfo } from '../engine'
import type { PictureChoice, PointsChoice } from './choice'
import { colorNumbers, isColoring } from './coloring'
import { isDenoiser } from './denoiser'
import { type Bounds, boundsOf, chosenAmong, comesFrom, isShareOfAll, makerOf, uses } from './graph'
import { knownLabels, numberedLabels } from './labels'
import { BODY } from './landmarks'
import type { Looks } from './looks'
import { inWords } from './names'
import type { Given, OutputPart } from './output-part'
import { isHeat, offsetsOf } from './peaks'
import { isEnlarging, rangeOf } from './picture-numbers'
import { reason } from './reason'
import type { PictureShape } from './shapes'
import { stackOf } from './stacks'

/** An output with the shape of a map, and the facts about it. */
interface Seen {
  output: TensorInfo
  map: PictureShape
  looks: Looks
  given: Given
  /** The input picture, if there is one. */
  from: PictureChoice | undefined
  bounds: Bounds | null
  /** The output's own name, and all names in the file, in lower case. */
  word: string
  words: string
  /** A picture choice that recognisers complete. */
  base: PictureChoice
}

type Recogniser = (seen: Seen) => OutputPart | null

/**
 * Interprets an output with the shape of a map. The first matching recogniser decides; special ones come
 * before common ones.
 */
export function proposeMap(output: TensorInfo, map: PictureShape, looks: Looks, given: Given): OutputPart | null {
  const { file, called = '' } = looks
  const from = given.picture?.picture
  const { width, height, layout } = map
  const isSame = !from?.width || !width || (width <= from.width && (height ?? 0) <= (from.height ?? 0))
  const restore = from !== undefined && isSame && !(from.width === undefined && isEnlarging(file))
  const word = inWords(output.name)
  const seen: Seen = {
    output,
    map,
    looks,
    given,
    from,
    bounds: boundsOf(file, output.name),
    word,
    words: [word, inWords(file.graphName), inWords(called.replace(/\.onnx$/i, ''))].join(' '),
    base: { layout, channels: 1, order: 'RGB', range: '0..1', restore },
  }
  for (const recognise of [
    ids,
    heat,
    latent,
    moving,
    normals,
    describing,
    coloring,
    attention,
    stack,
    curves,
    masks,
    colors,
    depth,
    mask,
    grey,
    labels,
  ]) {
    const found = recognise(seen)
    if (found) return found.as === 'numbers' ? null : found
  }
  return null
}

const isFloat = ({ dtype }: TensorInfo) => dtype.startsWith('float')

/** Label numbers; or indices into a codebook, which other networks read. */
const ids: Recogniser = ({ output: { dtype, name }, map, base, word, looks: { file }, given }) => {
  if (!dtype.includes('int') || dtype === 'uint8' || dtype === 'int8' || map.channels !== 1) return null
  const count = chosenAmong(file, name)
  if (/code|token|indices|quant/.test(word) || (count ?? 0) > MOST_LABELS) return noPicture
  const found = count === undefined ? null : given.labels(count)
  const known = count === undefined ? null : knownLabels('map', count)
  const named = found
    ? `; ${reason`names are from ${found.where}`}`
    : known
      ? `; ${reason`networks with this many usually have ${known.name}`}`
      : ''
  return {
    as: 'labels',
    labels: found?.labels ?? known?.labels ?? numberedLabels(count ?? MOST_LABELS),
    picture: base,
    why:
      count === undefined
        ? reason`It outputs a whole number for each pixel: one of the labels${named}.`
        : reason`It outputs a whole number for each pixel: one of ${count} labels${named}.`,
    confidence: found ? 'certain' : 'likely',
  }
}

/** The maximum number of labels, as maps hold a byte for each pixel. */
const MOST_LABELS = 256

const heat: Recogniser = ({ output, map, from, looks, base }) => {
  if (!from) return null
  const offsets = offsetsOf(output, looks.outputs)
  if (!offsets && !isHeat(output, map, from.width, looks)) return null
  return proposePeaks(map.channels, looks, offsets ? { offsets: offsets.name } : {}, base)
}

const noPicture: OutputPart = { as: 'numbers', why: '', confidence: 'likely' }

/** Data for another network, and the output of sound networks, only have the shape of a picture. */
const latent: Recogniser = ({ output, map: { channels }, words, word, from, looks: { inputs, outputs } }) =>
  /latent|moments|posterior|\bsuper ?point\b|\bsemi\b/.test(word) ||
  /\bsuper ?point\b/.test(words) ||
  (channels <= 4 && !from && isDenoiser(inputs, outputs)) ||
  (channels === 4 && !from && output.dtype.startsWith('float') && inputs.some(({ shape }) => shape.length === 4))
    ? noPicture
    : null

/** Optical flow or disparity: two numbers or one for how far each pixel moves between two pictures. */
const moving: Recogniser = ({ output, map: { channels }, bounds, looks: { inputs, file }, word }) => {
  const pictures = inputs.filter(({ shape }) => shape.length === 4 && shape.some((size) => size === 3))
  const isMotion = channels === 2 && !bounds && (pictures.length >= 2 || /flow|motion|disparit/.test(word))
  return isMotion && isFloat(output) && !uses(file, 'ArgMax') ? noPicture : null
}

/** Surface normals: arrows of length 1, encoded as colours. */
const normals: Recogniser = ({ output, map: { channels }, bounds, words, word, looks: { file }, base }) =>
  channels === 3 &&
  !bounds &&
  isFloat(output) &&
  (/\bnormals?\b/.test(`${word} ${words}`) || comesFrom(file, output.name, ['LpNormalization', 'ReduceL2'], 3))
    ? {
        as: 'picture',
        picture: { ...base, channels: 3, range: '-1..1' },
        why: reason`It outputs the direction that each point of the surface faces, as colours: from −1 to 1 across, down and towards the viewer.`,
        confidence: 'likely',
      }
    : null

/** Proposes points that are read from the peaks of heat maps. */
export function proposePeaks(
  count: number,
  { file }: Looks,
  heat: PointsChoice['heat'],
  picture?: PictureChoice,
): OutputPart {
  const isBody = count === BODY.length && !/animal|ap10k|horse|quadruped/.test(inWords(file.graphName))
  const what = heat?.down ? reason`two rows of brightness` : reason`a heat map`
  const brightest = heat?.down
    ? reason`each is where its rows are brightest`
    : reason`each is where its map is brightest`
  const where = heat?.offsets
    ? reason`${brightest}, shifted as other maps say; if there are several bodies, one is found`
    : brightest
  return {
    as: 'points',
    points: { size: 2, scored: true, heat },
    ...(isBody && { pointNames: BODY }),
    ...(picture && { picture }),
    why: reason`It gives ${what} for each of ${count} points${isBody ? reason`, most likely those of a body` : ''}: ${where}.`,
    confidence: 'likely',
  }
}

/** Numbers that describe each place of the picture, for comparison: many for a coarse place, or of length 1. */
const describing: Recogniser = ({ output, map, from, looks: { file, outputs } }) => {
  if (map.channels < 16 || !isFloat(output)) return null
  const isUnit =
    comesFrom(file, output.name, ['LpNormalization', 'ReduceL2'], 5) && makerOf(file, output.name)?.op !== 'Softmax'
  const isCoarse = map.width !== undefined && from?.width !== undefined && map.width * 8 <= from.width
  const isOfAny = map.width === undefined && outputs.length > 1
  const isUsual = [64, 128, 256, 512].includes(map.channels)
  return isUnit || ((isCoarse || isOfAny) && isUsual) ? { as: 'numbers', why: '', confidence: 'likely' } : null
}

const coloring: Recogniser = ({ output, map: { channels, layout }, looks, given }) =>
  channels === 2 && given.picture && isColoring(output, looks)
    ? {
        as: 'colors',
        ...colorNumbers(output, looks),
        picture: { layout, channels: 3, order: 'RGB', range: '0..255' },
        why: reason`It outputs two numbers for each pixel, most likely the colours of the picture (a and b of CIE Lab), which keeps its lightness.`,
        confidence: 'likely',
      }
    : null

/** Shares of the whole picture add up to one: unscaled, all of them would be black. */
const attention: Recogniser = ({ output, map: { channels }, looks: { file }, base }) =>
  channels === 1 && isShareOfAll(file, output.name)
    ? {
        as: 'values',
        picture: base,
        why: reason`It gives each pixel its share of the whole picture, such as how likely people look there; it is shown from the smallest to the largest value.`,
        confidence: 'likely',
      }
    : null

/** Several stacked pictures: the colour picture that is made last is the result. */
const stack: Recogniser = ({ output, map: { channels }, from, looks: { file }, base }) => {
  const parts = channels > 4 && from ? stackOf(file, output.name) : null
  if (!parts) return null
  const [result] = parts.filter(({ planes }) => planes === 3).sort((a, b) => b.madeAt - a.madeAt)
  const before = parts.slice(0, parts.indexOf(result as (typeof parts)[number])).map(({ planes }) => planes)
  if (before.includes(undefined)) return null
  const first = before.reduce<number>((sum, planes = 0) => sum + planes, 0)
  const { range, why } = rangeOf({ ...output, name: '' }, file, from)
  return {
    as: 'picture',
    picture: { ...base, channels: 3, order: from?.channels === 3 ? from.order : 'RGB', range, first },
    why: reason`It outputs several stacked pictures, of ${parts.map(({ planes }) => planes ?? reason`some`).join(', ')} planes; the colour picture that is made last is used; ${why}.`,
    confidence: 'guess',
  }
}

/** Networks that brighten a picture with curves (Zero-DCE) are recognised by name; others by trying. */
const curves: Recogniser = ({ map: { channels }, bounds, words, from, looks: { outputs }, base }) =>
  channels === 3 && from?.channels === 3 && bounds?.by === 'Tanh' && outputs.length === 1 && isCurved(words)
    ? curvesPart(base, 'likely')
    : null

/** Whether a name is that of Zero-DCE or a similar network. */
export const isCurved = (words: string) => /\bz(ero)?[ -]?dce/i.test(words)

export function curvesPart(base: PictureChoice, confidence: OutputPart['confidence']): OutputPart {
  return {
    as: 'picture',
    picture: { ...base, channels: 3, range: '-1..1', curves: 8 },
    why: reason`It outputs curves for each pixel (as Zero-DCE does), which brighten the input picture in eight rounds.`,
    confidence,
  }
}

/** This much smaller than the picture, planes are steps of a larger computation rather than masks. */
const COARSE = 8

/**
 * Shares that do not add up to one: a mask for each plane. Three of them may be a picture, unless the names
 * say otherwise.
 */
const masks: Recogniser = ({ map: { channels, width }, bounds, words, from, output, base, looks: { inputs } }) => {
  if (!from || !isFloat(output) || !mayBeMasks(channels, bounds)) return null
  if (channels === 3 && takesMask(inputs)) return null
  if (from.width !== undefined && width !== undefined && (width > from.width || width * COARSE <= from.width))
    return null
  if (channels === 4 && from.channels === 4) return null
  const isSaid = areSaidMasks(words)
  return channels === 3 && !isSaid ? null : masksPart(channels, base, isSaid ? 'likely' : 'guess')
}

/** Whether a mask is among the inputs, which means that the picture is repainted. */
export const takesMask = (inputs: readonly Pick<TensorInfo, 'name'>[]) =>
  inputs.length > 1 && inputs.some(({ name }) => /mask|hole/.test(inWords(name)))

/** Several shares at each pixel that do not add up to one. */
export const mayBeMasks = (channels: number, bounds: Bounds | null) => channels >= 2 && channels <= 8 && isShare(bounds)

export const areSaidMasks = (words: string) => /seg|mask|parsing|\bhair\b|\bskin\b|\blabels?\b|matte/i.test(words)

const isShare = (bounds: Bounds | null) => bounds?.by === 'Sigmoid' && bounds.min >= 0 && bounds.max <= 1

export function masksPart(count: number, base: PictureChoice, confidence: OutputPart['confidence']): OutputPart {
  return {
    as: 'masks',
    picture: base,
    why: reason`It outputs ${count} masks, one on each plane: white where something is. Each has its own output.`,
    confidence,
  }
}

/** Three planes are colours, unless they add up to one. */
const colors: Recogniser = ({ output, map: { channels, width }, bounds, word, from, looks: { file }, base }) => {
  const isAlpha = channels === 4 && (from?.channels === 4 || output.dtype === 'uint8' || /rgba/.test(word))
  if (!(channels === 3 ? bounds?.by !== 'Softmax' : isAlpha)) return null
  const { range, why, confidence } = rangeOf(output, file, from)
  const order = from?.channels === 3 && channels === 3 ? from.order : 'RGB'
  const larger =
    from?.width && width && width > from.width
      ? reason`, ${Number((width / from.width).toFixed(2))} times as large`
      : ''
  return {
    as: 'picture',
    picture: { ...base, channels: channels as 3 | 4, order, range },
    why: reason`It gives a colour picture${larger}; ${why}.`,
    confidence,
  }
}

/**
 * Whether input numbers have the same places as an output map. They are then measurements rather than random
 * numbers.
 */
const isOnGridOf = ({ shape }: TensorInfo, output: TensorInfo) =>
  shape.length === 4 && output.shape.length === 4 && shape.slice(2).join() === output.shape.slice(2).join()

const depth: Recogniser = ({ output, map: { channels, layout }, bounds, word, looks: { file, inputs }, from, base }) =>
  channels === 1 &&
  (/depth|disp|inverse|midas|density/.test(`${word} ${inWords(file.graphName)}`) ||
    (layout === 'CHW' && output.shape.length === 3 && !bounds) ||
    (!from && !bounds && inputs.some((input) => isOnGridOf(input, output))))
    ? {
        as: 'values',
        picture: base,
        why: reason`It measures something at each pixel, such as depth; it is shown from the smallest to the largest value.`,
        confidence: 'likely',
      }
    : null

export const RAW_MASK = reason`It outputs a mask: white where something is; its numbers have no bounds, so they are most likely raw scores.`

const mask: Recogniser = ({ output, map: { channels }, bounds, word, looks: { file }, from, base }) => {
  if (channels !== 1) return null
  const isSaid = /alpha|pha|matte|mask|seg|fg/.test(word)
  if (/seg|mask|logit/.test(word) && !bounds && isFloat(output))
    return { as: 'picture', picture: { ...base, range: 'logits' }, why: RAW_MASK, confidence: 'guess' }
  if (!isSaid && bounds?.by !== 'Sigmoid') return null
  const { range, why, confidence } = rangeOf(output, file, from)
  return {
    as: 'picture',
    picture: { ...base, range },
    why: reason`It outputs a mask: white where something is; ${why}.`,
    confidence,
  }
}

const grey: Recogniser = ({ output, map: { channels }, looks: { file }, from, base }) => {
  if (channels !== 1) return null
  const { range, why, confidence } = rangeOf(output, file, from)
  return { as: 'picture', picture: { ...base, range }, why: reason`It outputs a grey picture; ${why}.`, confidence }
}

/** Words in the names of maps that hold measurements rather than labels, unless they add up to one. */
const NO_LABELS = /offset|displace|flow|paf|regress|embed|feature|descr|(?<!part )heatmap|box|anchor|grid|hidden/

const labels: Recogniser = ({ output, map, bounds, word, words, from, looks, given, base }) => {
  const { outputs } = looks
  const { channels } = map
  const isShares = bounds?.by === 'Softmax'
  const isFace = /face|facial|celeb|bise/.test(words)
  const known = knownLabels(isFace ? 'face' : 'map', channels)
  // Pictures of streets are wider than high: for square ones, this many labels may be of something else.
  const isSquare = !isFace && channels === 19 && from?.width !== undefined && from.width === from.height
  // At a quarter of the size, this many may also be heat maps of a hand's points.
  const isDoubtful =
    isSquare || (channels === 21 && map.width !== undefined && map.width * 4 === from?.width && !isShares)
  const found = given.labels(channels)
  const isAlone = outputs.every(({ shape }) => shape.length !== 4 || shape[1] === output.shape[1])
  if (!from && !found && !isShares && !isOfBands(looks)) return null
  if (!isShares && (NO_LABELS.test(word) || areSides(output, channels, looks))) return null
  if (!found && !isShares && !(known && isAlone) && !mayBeLabels(map, from, output, outputs, word)) return null
  const named = found
    ? reason`names are from ${found.where}`
    : known
      ? reason`networks with this many usually have ${known.name}`
      : reason`a label file can name them`
  return {
    as: 'labels',
    labels: found?.labels ?? known?.labels ?? numberedLabels(channels),
    picture: base,
    why: reason`It outputs a score for each of ${channels} labels at each pixel; ${named}.`,
    confidence: found ? 'certain' : known && !isDoubtful ? 'likely' : 'guess',
  }
}

/** The maximum number of bands of a satellite picture. More planes come from another network. */
const MOST_BANDS = 16

const isOfBands = ({ inputs }: Looks) =>
  inputs.every(({ shape }) => shape.length === 4 && Math.min(Number(shape[1]), Number(shape[3])) <= MOST_BANDS)

/**
 * Four numbers for each place, beside shares of "something is there" and "nothing": the correction of a box (P-Net).
 */
function areSides({ shape }: TensorInfo, channels: number, { outputs, file }: Looks): boolean {
  const at = shape.indexOf(4)
  const isBeside = ({ name, shape: other }: TensorInfo) =>
    other.length === 4 && other[at] === 2 && boundsOf(file, name)?.by === 'Softmax'
  return channels === 4 && at > 0 && outputs.some(isBeside)
}

/**
 * Whether planes are scores of labels, rather than features, offsets or flows: too many and too coarse, or named as
 * such.
 */
function mayBeLabels(
  { width }: PictureShape,
  from: PictureChoice | undefined,
  { name }: TensorInfo,
  outputs: readonly TensorInfo[],
  word: string,
): boolean {
  if (/seg|label|logit|class|parsing|semantic|part heatmap/.test(word)) return true
  if (width !== undefined && from?.width !== undefined && width * 8 < from.width) return false
  // Many maps beside each other are the grids of a detector.
  const maps = outputs.filter(({ shape }) => shape.length === 4).length
  return maps <= 1 || (maps <= 4 && outputs[0]?.name === name)
}
