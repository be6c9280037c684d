import type { Fetch, Fetched, FetchedPixels, FetchedTensor, MapSize } from '../engine'
import { resize, resizeLabels } from '../images'
import {
  type Channels,
  Image,
  type Numbers,
  Pixels,
  type Place,
  type Segmentation,
  type SegmentationType,
  segmentationInPieces,
} from '../types'
import { FOR_ANOTHER_RUN } from './between-runs'
import { curved } from './curves'
import { activate } from './detection/activation'
import { crop, type Placement, unplace } from './fit'
import { lettersFetch } from './letters'
import { withColorsOf } from './luma'
import type { FetchSpec, Port } from './manifest'
import { laidOver } from './over'
import { outputScaling } from './scaling'
import type { TokenizerApart } from './text/tokenizer-apart'
import { withoutRepeats } from './text/without-repeats'

/** The size of an input picture, and its position on the model's canvas. */
export interface Original {
  width: number
  height: number
  placement: Placement
  /** The picture itself. Missing if the input is something else. */
  image?: Image
}

/** Input port name → its picture. */
export type Originals = ReadonlyMap<string, Original>

/** A fetch whose value is made in this module, from one tensor and for one port. */
export type ValueFetchSpec = Exclude<
  FetchSpec,
  { kind: 'category' | 'points' | 'peaks' | 'colors' | 'masks' | 'letters' | 'best' }
>

/**
 * How the engine should return the tensor.
 *
 * @param path returns the path of one of the model's files
 */
export function tensorFetchOf(spec: FetchSpec, originals: Originals, path: (file: string) => string): Fetch {
  const { first, dims } = spec
  return { ...wholeFetch(spec, originals, path), ...(first && { first }), ...(dims && { dims }) }
}

function wholeFetch(spec: FetchSpec, originals: Originals, path: (file: string) => string): Fetch {
  switch (spec.kind) {
    case 'image': {
      const { layout, order, channel, activation, stretch } = spec
      const changes = { ...(channel !== undefined && { channel }), ...(activation && { activation }) }
      return {
        kind: 'pixels',
        layout,
        ...outputScaling(spec),
        ...(order && { order }),
        ...changes,
        ...(stretch && { stretch }),
      }
    }
    case 'values': {
      const { layout = 'NCHW', channel, activation, range, nearer } = spec
      const changes = { ...(channel !== undefined && { channel }), ...(activation && { activation }) }
      const [black, white] = range === 'picture' ? [0, 1] : range
      const turned = nearer === 'larger' ? { scale: -1, offset: black + white } : { scale: 1, offset: 0 }
      const stretch = range === 'picture' && { stretch: true }
      return { kind: 'plane', layout, ...changes, ...stretch, ...turned, ...sizeOf(spec, originals) }
    }
    case 'labels':
      return { kind: 'argmax', axis: spec.axis, ...sizeOf(spec, originals) }
    case 'letters':
      return lettersFetch(spec, path)
    case 'tensor':
      return FOR_ANOTHER_RUN
    default:
      return { kind: 'tensor' }
  }
}

/** Scales to the size of the input picture, and crops to the part of the model's canvas that shows it. */
function sizeOf({ sizeOf, times = 1 }: { sizeOf?: string; times?: number }, originals: Originals): { size?: MapSize } {
  const original = sizeOf === undefined ? undefined : originals.get(sizeOf)
  if (!original) return {}
  const { width, height, placement } = original
  const { box } = placement
  const [x, y] = [1 / placement.width, 1 / placement.height]
  const part = [box.left * x, box.top * y, box.width * x, box.height * y] as const
  return { size: { width: Math.round(width * times), height: Math.round(height * times), box: part } }
}

/** What an output may depend on besides its tensor. */
interface Surroundings {
  originals: Originals
  /** Input port name → the number of tokens in its text. */
  tokens: ReadonlyMap<string, number>
  /** Opens one of the model's tokenizer files. */
  tokenizer(file: string): TokenizerApart
}

/** Makes the value of an output port from what the engine returned. */
export async function finish(
  spec: ValueFetchSpec,
  port: Port,
  fetched: Fetched,
  { originals, tokens, tokenizer }: Surroundings,
): Promise<unknown> {
  if (spec.kind === 'image') {
    const { width, height, channels } = fetched as FetchedPixels
    const size = { width, height, channels: channels as Channels }
    return finishPicture(spec, new Image({ ...size, ...numbersOf(fetched) }), originals)
  }
  const tensor = fetched as FetchedTensor
  switch (spec.kind) {
    case 'values':
      return valuesImage(spec, tensor)
    case 'labels':
      return labelMap(port, tensor)
    case 'text':
      return finishText(spec, tensor, tokenizer(spec.tokenizer))
    case 'vector':
      return vector(spec, tensor, tokens)
    case 'number':
      return activate(Number(tensor.data[0]), spec.activation)
    case 'tensor':
      return tensor
    case 'table':
      return table(tensor)
    case 'ids':
      return idMap(port, tensor, spec.sizeOf === undefined ? undefined : originals.get(spec.sizeOf))
  }
}

/** The numbers as nested lists, without the batch dimension. */
function table({ dims, data }: FetchedTensor): unknown {
  const shape = dims.length > 1 && dims[0] === 1 ? dims.slice(1) : dims
  let at = 0
  const rows = (depth: number): unknown =>
    depth === shape.length ? Number(data[at++]) : Array.from({ length: shape[depth] as number }, () => rows(depth + 1))
  return rows(0)
}

async function idMap(port: Port, { dims, data }: FetchedTensor, original?: Original): Promise<Segmentation> {
  const [height, width] = dims.filter((size) => size !== 1) as [number, number]
  const ids = Uint16Array.from(data as ArrayLike<number>, Number)
  if (!original) return labelMap(port, { dtype: 'uint16', dims: [height, width], data: ids })
  const part = unplace(original.placement, width, height)
  const cropped = crop(ids, width, 1, part)
  const map = await labelMap(port, { dtype: 'uint16', dims: [part.height, part.width], data: cropped })
  return resizeLabels(map, original.width, original.height)
}

async function finishText(
  { end, repeats }: Extract<FetchSpec, { kind: 'text' }>,
  { data }: FetchedTensor,
  tokenizer: TokenizerApart,
): Promise<string> {
  const ids = Array.from(data as BigInt64Array, Number)
  const length = ids.indexOf(end)
  const text = (await tokenizer.decode(length < 0 ? ids : ids.slice(0, length))).trim()
  return repeats === 'drop' ? withoutRepeats(text) : text
}

function vector(
  { rows, normalize }: Extract<FetchSpec, { kind: 'vector' }>,
  { dims, data }: FetchedTensor,
  tokens: ReadonlyMap<string, number>,
): Float32Array {
  const all = Float32Array.from(data as ArrayLike<number>, Number)
  const width = dims.at(-1) ?? 1
  // Rows after those of the text are padding.
  const count = rows?.take === 'mean' ? Math.min(tokens.get(rows.of) || 1, all.length / width) : 1
  const numbers = rows ? meanRow(all, width, count) : all
  if (!normalize) return numbers
  const length = Math.hypot(...numbers) || 1
  return numbers.map((number) => number / length)
}

/** The mean of the first `count` rows. */
function meanRow(numbers: Float32Array, width: number, count: number): Float32Array {
  return Float32Array.from({ length: width }, (_, column) => {
    let sum = 0
    for (let row = 0; row < count; row++) sum += numbers[row * width + column] as number
    return sum / count
  })
}

type PictureSpec = Extract<FetchSpec, { kind: 'image' | 'values' }>

/** Scales a picture to its final size and gives it its final colours. */
export async function finishPicture(spec: PictureSpec, image: Image, originals: Originals): Promise<Image> {
  const original = spec.sizeOf === undefined ? undefined : originals.get(spec.sizeOf)
  const sized = original ? await restore(image, original, spec.times) : image
  if ('curves' in spec && spec.curves) return curved(sized, originals.get(spec.curves.of)?.image, spec.curves.times)
  const under = 'over' in spec && spec.over ? originals.get(spec.over.of) : undefined
  const mask = 'over' in spec && spec.over ? originals.get(spec.over.mask)?.image : undefined
  if (under?.image && mask) return laidOver(image, under.image, under.placement, mask)
  const colored = 'colorsOf' in spec && spec.colorsOf !== undefined ? originals.get(spec.colorsOf)?.image : undefined
  return colored ? withColorsOf(sized, colored) : sized
}

/** The pixels of a picture or a label map. If they are still in the engine's lane, only a handle to them. */
function numbersOf<N extends Numbers>(fetched: Fetched): { pixels: Pixels<N> } {
  const { kept } = fetched
  return { pixels: kept ? new Pixels(kept as unknown as Place<N>) : Pixels.here(fetched.data as N) }
}

function valuesImage({ range, unit }: Extract<FetchSpec, { kind: 'values' }>, tensor: FetchedTensor): Image {
  const [height, width] = tensor.dims as [number, number]
  const shown = range === 'picture' ? ([0, 1] as const) : range
  return new Image({ width, height, channels: 1, ...numbersOf(tensor), range: shown, ...(unit && { unit }) })
}

async function restore(image: Image, original: Original, times = 1): Promise<Image> {
  const part = unplace(original.placement, image.width, image.height)
  const isWhole = part.left === 0 && part.top === 0 && part.width === image.width && part.height === image.height
  const data = () => crop(image.data, image.width, image.channels, part)
  const cropped = isWhole ? image : new Image({ ...image, width: part.width, height: part.height, data: data() })
  return resize(cropped, Math.round(original.width * times), Math.round(original.height * times))
}

function labelMap(port: Port, tensor: FetchedTensor): Promise<Segmentation> {
  const { dims } = tensor
  const { labels = [], labelToColor = {} } = port.type as SegmentationType
  const colors = labels.map(
    (label) => (Object.hasOwn(labelToColor, label) && labelToColor[label]) || ([0, 0, 0] as const),
  )
  const [width, height] = [dims.at(-1) as number, dims.at(-2) as number]
  const named = Object.keys(labelToColor).length > 0 && { colors }
  return segmentationInPieces({ width, height, ...numbersOf<Uint8Array | Uint16Array>(tensor), labels, ...named })
}
