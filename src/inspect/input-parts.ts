import type { FeedSpec, Port, SizeSpec } from '../models/manifest'
import type { PortType } from '../types'
import type { InputChoice, PictureChoice, Proposal } from './choice'
import { scalingOf } from './ranges'
import { reason } from './reason'
import { fixedCount, smallest } from './shapes'
import { textFeed, textInput } from './text-input'

/** The port of an input; empty if something else fills the input. */
export function inputPort(input: InputChoice, { inputs }: Proposal): Port[] {
  const { as, name, property, why } = input
  if (as === 'state' || as === 'size' || (as === 'text' && textInput(inputs) !== input)) return []
  return [{ name, property, type: inputType(input), help: why || reason`Chosen by hand.` }]
}

function inputType(input: InputChoice): PortType {
  const { as, picture, shape, value, labels } = input
  switch (as) {
    case 'picture':
      return picture?.luma || picture?.lightness
        ? { type: 'image' }
        : { type: 'image', channels: picture?.channels ?? 3 }
    case 'labels':
      return { type: 'segmentation', ...(labels && { labels }) }
    case 'number':
      return {
        type: 'number',
        ...(value !== undefined && { default: value }),
        ...(input.dtype.includes('int') && { step: 1 }),
      }
    case 'switch':
      return { type: 'boolean', default: Boolean(value) }
    case 'text':
      return { type: 'text' }
    default: {
      const length = fixedCount(shape)
      return { type: 'vector', ...(length !== undefined && { length }) }
    }
  }
}

/** How an input's tensor is made from its port. */
export function feedOf(input: InputChoice, { inputs }: Proposal): FeedSpec {
  const { as, name, dtype, shape } = input
  switch (as) {
    case 'picture': {
      const picture = input.picture as PictureChoice
      const { layout, order, channels, range } = picture
      return {
        kind: 'image',
        from: name,
        size: sizeOf(picture),
        layout,
        ...(channels === 3 && order === 'BGR' && { order }),
        ...(picture.luma && { luma: true }),
        ...(picture.lightness && { lightness: channels === 1 ? (1 as const) : (3 as const) }),
        ...scalingOf(range, channels, order, picture),
        ...dimsOf(input),
      }
    }
    case 'labels':
      return {
        kind: 'labels',
        from: name,
        size: sizeOf(input.picture as PictureChoice),
        as: dtype.includes('int') ? 'ids' : 'planes',
      }
    case 'size': {
      const { size = { order: 'hw', of: 'canvas' } } = input
      const { name: of = '', picture } = inputs.find((each) => each.as === 'picture') ?? {}
      const dims = smallest(shape)
      if (size === 'ones') return { kind: 'constant', dtype, dims: asLarge(dims, shape, picture), value: 1 }
      return { kind: 'size', from: of, ...size, dtype, dims }
    }
    case 'number':
    case 'switch':
      return { kind: 'number', from: name, dtype, dims: smallest(shape) }
    case 'state':
      return { kind: 'state', output: input.of ?? '', dtype, dims: smallest(shape) }
    case 'text':
      return textFeed(input, inputs)
    default:
      return { kind: 'vector', from: name, dtype, dims: inBatch(openDims(shape), input.batch) }
  }
}

/**
 * The dimensions of a tensor with a value for each pixel: sides that the file leaves open are those of the
 * picture.
 */
function asLarge(dims: number[], shape: InputChoice['shape'], picture: PictureChoice | undefined): number[] {
  const sides = [undefined, picture?.height, picture?.width]
  return shape.length === 3 ? dims.map((size, at) => (typeof shape[at] === 'string' && sides[at]) || size) : dims
}

/** The tensor's shape, if a picture's layout doesn't determine it. */
function dimsOf({ shape, batch, picture }: InputChoice): { dims?: number[] } {
  return batch || picture?.flat ? { dims: inBatch(smallest(shape), batch) } : {}
}

function inBatch(dims: number[], batch: number | undefined): number[] {
  return batch ? [batch, ...dims.slice(1)] : dims
}

/**
 * Fixed dimensions; the first free one other than the batch becomes −1, which stands for all remaining
 * numbers.
 */
function openDims(shape: InputChoice['shape']): number[] {
  const dims = smallest(shape)
  if (fixedCount(shape) !== undefined) return dims
  const open = shape.findIndex((size, i) => (typeof size !== 'number' || size < 0) && (i > 0 || shape.length === 1))
  return dims.map((size, i) => (i === open ? -1 : size))
}

function sizeOf({ fit, width, height, multipleOf }: PictureChoice): SizeSpec {
  const multiple = multipleOf !== undefined && multipleOf > 1 ? { multipleOf } : {}
  // The picture is padded to the multiple and cropped again: nothing is squeezed.
  if (height === undefined)
    return { fit: 'keep', ...multiple, ...('multipleOf' in multiple && { pad: 'mirror' as const }) }
  if (width === undefined) return { fit: 'keep', height, ...multiple }
  if (fit === 'tiles')
    return { fit, width, height, overlap: Math.min(16, Math.floor(Math.min(width, height) / 4)), longSide: 1024 }
  return fit === 'letterbox' ? { fit, width, height, fill: 114 } : { fit: 'stretch', width, height }
}
