import type { TensorInfo } from '../engine'
import type { InputChoice, PictureChoice } from './choice'
import { isClicked } from './clicked'
import { isDenoiser } from './denoiser'
import { convolvedChannels } from './graph'
import type { Looks } from './looks'
import { multipleOf } from './multiples'
import { inWords } from './names'
import { proposeRange } from './propose-range'
import { reason } from './reason'
import { describeShape, fixedCount, flatSides, type PictureShape, pictureShape } from './shapes'
import { seesSpace } from './unreadable'

type Part = Pick<InputChoice, 'as' | 'why' | 'confidence'> & Partial<InputChoice>

/** How to use an input that isn't state. */
export function proposeInput(input: TensorInfo, looks: Looks): Part {
  const { dtype, shape, name } = input
  const isWhole = dtype.includes('int')
  const count = fixedCount(shape)
  const word = inWords(name)
  if (dtype === 'bool' && (count ?? shape.length) === 1)
    return { as: 'switch', value: 0, why: reason`It is a switch: on or off.`, confidence: 'certain' }
  const isEach = looks.inputs.some((other) => other.shape.length > 1 && other.shape[0] === shape[0])
  if (isOfBatch(shape) && (isWhole || isEach)) return proposeNumber(word, isWhole)
  if (count === 1 && !(isWhole && isTokens(word) && shape.length === 2)) return proposeNumber(word, isWhole)
  // Tokens come in rows, one for each text; two rows of anything else are mostly pairs, such as the edges of a graph.
  const areRows = typeof shape[0] !== 'number' || shape[0] <= 1
  if (isWhole && shape.length === 2 && (isTokens(word) || (areRows && count === undefined)) && dtype !== 'uint8')
    return proposeTokens()
  const said = looks.file.inputs.find((each) => each.name === name)?.denotation === 'IMAGE'
  const isPlain = isClicked(looks.inputs)
  const told = isPlain ? null : isTold(input, looks.inputs)
  if (told) return told
  const isOther =
    isPlain ||
    seesSpace(looks.inputs) ||
    isSignal(shape) ||
    (shape.length === 3 && ROWS.test(word)) ||
    looks.isSound ||
    isDenoiser(looks.inputs, looks.outputs)
  const picture = isOther ? null : pictureShape(shape, convolvedChannels(looks.file, name))
  const [shorter = 0, longer = 0] = [picture?.width ?? 0, picture?.height ?? 0].sort((a, b) => a - b)
  const isLarge = shorter > 128 && longer < 2.5 * shorter
  const isLatent = picture?.channels === 4 && !said && !isLarge && !/image|img|rgba|picture|pixel/.test(word)
  if (picture && !isLatent && dtype !== 'int64' && dtype !== 'bool') {
    const { channels, layout, width, height } = picture
    if (channels === 1 || channels === 3 || channels === 4) {
      const { why, confidence, ...numbers } = proposeRange(input, picture, looks)
      const what =
        channels === 1
          ? reason`a grey picture`
          : channels === 3
            ? reason`a colour picture`
            : reason`a picture with transparency`
      const arranged =
        width && height
          ? reason`${what} of ${width} × ${height}`
          : height
            ? reason`${what}, ${height} pixels high`
            : reason`${what} of any size`
      return {
        as: 'picture',
        picture: {
          layout,
          channels,
          ...numbers,
          ...sidesOf(picture, looks, name),
          ...(hasOnes(input, channels) && ONES),
        },
        why: reason`Its numbers are arranged as ${arranged} (${describeShape(shape)}); ${why}.`,
        confidence,
      }
    }
    const isMap = /seg|label|sem|\bmap\b|onehot|one hot|mask|layout/.test(word)
    const isPainted = looks.outputs.some(({ shape: made }) => {
      const painted = pictureShape(made)
      return painted?.channels === 3 && (painted.width ?? width) === width
    })
    if (
      channels > 4 &&
      width &&
      height &&
      (isMap || (isPainted && looks.inputs.length === 1 && channels >= FEWEST_LABELS))
    )
      return {
        as: 'labels',
        why: reason`It has ${channels} planes of ${width} × ${height}, one for each label of a map.`,
        confidence: /seg|label|sem|map|onehot|one_hot/.test(word) ? 'likely' : 'guess',
        picture: { layout, channels: 1, order: 'RGB', range: '0..255', width, height },
      }
  }
  const flat = proposeFlat(input, looks)
  if (flat) return flat
  const writes = looks.inputs.some((other) => other.dtype.includes('int') && other.shape.length === 2)
  if (writes && shape.length === 3 && ENCODED.test(word))
    return {
      as: 'numbers',
      why: reason`It takes what the encoder, another file of this model, makes of its input (${describeShape(shape)}): alone, this file writes nothing.`,
      confidence: 'guess',
    }
  if (count !== undefined)
    return {
      as: 'numbers',
      why: /^(z|latent|noise|code|w)/.test(word)
        ? reason`It takes ${count} numbers, like a latent vector: each random draw gives one picture.`
        : reason`It takes ${count} numbers (${describeShape(shape)}).`,
      confidence: 'likely',
    }
  return {
    as: 'numbers',
    why: reason`It takes a list of numbers of any length (${describeShape(shape)}).`,
    confidence: 'guess',
  }
}

/** How a picture is sized: fixed sides, a fixed height, or a multiple if the network's steps need one. */
function sidesOf({ width, height }: PictureShape, { file }: Looks, name: string): Partial<PictureChoice> {
  if (width && height) return { fit: 'stretch', width, height }
  if (width) return { fit: 'stretch', width, height: width }
  const multiple = multipleOf(file, name)
  return { fit: 'keep', ...(height && { height }), ...(multiple > 1 && { multipleOf: multiple }) }
}

/** A fourth channel of ones, as M-LSD expects, isn't transparency. */
const hasOnes = ({ name }: TensorInfo, channels: number) => channels === 4 && /with_?alpha/i.test(name)
const ONES: Partial<PictureChoice> = { range: 'custom', scale: [1, 1, 1, 0], offset: [0, 0, 0, 1] }

/** Recognises inputs for the picture's size, which detectors by Paddle and those like DETR need. */
function isTold({ name, shape, dtype }: TensorInfo, inputs: readonly TensorInfo[]): Part | null {
  if (/^pixel_?mask$/i.test(name) && shape.length === 3 && inputs.some((each) => each.shape.length === 4))
    return {
      as: 'size',
      size: 'ones',
      why: reason`It needs to know which pixels belong to the picture: all of them.`,
      confidence: 'likely',
    }
  if (shape.at(-1) !== 2 || shape.length > 2 || !inputs.some((each) => each.shape.length === 4)) return null
  const told = (size: InputChoice['size'], what: string): Part => ({
    as: 'size',
    size,
    why: reason`It is told ${what}.`,
    confidence: 'likely',
  })
  if (/orig\w*_(target_)?sizes?|target_sizes?/i.test(name))
    return told({ order: 'wh', of: 'picture' }, reason`how large the picture is, the width first`)
  if (/im(age)?_shape/i.test(name)) return told({ order: 'hw', of: 'canvas' }, reason`how large its picture is`)
  if (/scale_factor/i.test(name) && dtype.startsWith('float'))
    return told(
      'ones',
      reason`how much the picture was enlarged; here always 1, so results are in the network's own pixels`,
    )
  return null
}

/**
 * Recognises a picture whose rows follow one another: MNIST's digits, or one that comes out in the same form.
 */
function proposeFlat({ shape, dtype, name }: TensorInfo, { inputs, outputs }: Looks): Part | null {
  const sides = flatSides(shape)
  if (!sides || !dtype.startsWith('float') || inputs.length > 1) return null
  const count = fixedCount(shape)
  const isDigits = count === 784
  const isBack = outputs.length === 1 && fixedCount(outputs[0]?.shape ?? []) === count
  if (!isDigits && !(isBack && /im(a)?ge?|picture|pixel/i.test(name))) return null
  return {
    as: 'picture',
    picture: { layout: 'NCHW', ...sides, order: 'RGB', range: '0..1', fit: 'stretch', flat: true },
    why: reason`Its ${count} numbers are most likely a picture of ${sides.width} × ${sides.height}, row by row; these usually range from 0 to 1.`,
    confidence: 'guess',
  }
}

/** Whether a tensor [batch] holds one number for each item of a batch, which is always one item here. */
function isOfBatch(shape: TensorInfo['shape']): boolean {
  return shape.length === 1 && typeof shape[0] === 'string' && /^(n|b|bs)$|batch/i.test(shape[0])
}

/**
 * The largest ratio of width to height for pictures without a batch. Anything wider is several series next to
 * each other.
 */
const LONG = 6

/**
 * [batch, samples, 1]: a sound or another series of numbers, longer than any side of a picture, or with dimensions
 * named as such.
 */
function isSignal(shape: TensorInfo['shape']): boolean {
  const [batch, length, channels] = shape
  if (shape.slice(1).some((side) => typeof side === 'string' && COURSES.test(inWords(side)))) return true
  if (shape.length !== 3 || typeof length !== 'number' || !(typeof batch === 'string' || batch === 1)) return false
  return channels === 1 || (typeof channels === 'number' && Math.max(length / channels, channels / length) > LONG)
}

/**
 * The minimum number of planes of a label map that people paint. Fewer planes are more likely stacked
 * pictures.
 */
const FEWEST_LABELS = 10

/** Words in the names of inputs that another network computes, as rows of numbers. */
const ROWS = /hidden|embed|context|prompt|\bcond\b|\bmemory\b|states?\b|tokens?\b/

/** Words in the names of a decoder's inputs that come from an encoder in another file. */
const ENCODED = /encoder (hidden|out|state)|encoder_?hidden|\bmemory\b/

/** Words in the names of dimensions for times or pitches. */
const COURSES = /\b(n|num )?(frames?|time|times|steps|mels?|freqs?|bins|seq(uence)?|samples|tokens)\b/

function isTokens(word: string): boolean {
  return /ids?\b|token|mask|attention|position|segment|type/.test(word)
}

/** The usual values of number inputs, by name. */
const USUAL: [RegExp, number, string][] = [
  [/downsample/, 0.25, reason`0.25 suits pictures of about 1920 × 1080`],
  [/^sr$|sampl\w* rate/, 16000, reason`most speech networks expect 16000 samples per second`],
  [/temperature|truncation|scale|ratio|strength|weight/, 1, reason`1 usually changes nothing`],
  [/timestep|^t(ime)?$/, 0.5, reason`halfway between two pictures`],
  [/thresh|conf/, 0.5, reason`most thresholds start halfway`],
]

/**
 * Words in the names of inputs for the length or width of another input. Their value depends on each message.
 */
const LENGTHS = /\b(widths?|lengths?|lens?)\b/

function proposeNumber(word: string, isWhole: boolean): Part {
  if (isWhole && LENGTHS.test(word) && !/max|min/.test(word))
    return {
      as: 'number',
      why: reason`It takes one whole number, most likely how long or wide another input is; each message must give it.`,
      confidence: 'guess',
    }
  const usual = USUAL.find(([names, value]) => names.test(word) && (!isWhole || Number.isInteger(value)))
  return {
    as: 'number',
    value: usual?.[1] ?? (isWhole ? 0 : 1),
    why: `${isWhole ? reason`It takes one whole number` : reason`It takes one number`}${usual ? `; ${usual[2]}` : ''}.`,
    confidence: usual ? 'likely' : 'guess',
  }
}

/** Tells the user how to get a text input instead. */
export const PUT_BESIDE = reason`to write text instead, put the model's tokenizer.json next to it.`

/** A tokenizer next to the model lets `proposeTextInputs` turn this into text. */
function proposeTokens(): Part {
  const why = reason`It takes whole numbers that represent pieces of words; ${PUT_BESIDE}`
  return { as: 'numbers', why, confidence: 'guess' }
}
