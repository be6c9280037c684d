import type { Fetch, Fetched, FetchedPixels, FetchedTensor } from '../engine'
import { resize, resizeLabels } from '../images'
import { type Channels, Image, Segmentation, type SegmentationType } from '../types'
import { crop, type Placement, unplace } from './fit'
import type { FetchSpec, Port } from './manifest'
import type { Tokenizer } from './tokenizer'

/** The size an output is brought back to, and where on the model's canvas it lay. */
export interface Original {
  width: number
  height: number
  placement: Placement
}

/** How the engine should hand over the tensor. */
export function fetchOf(spec: FetchSpec): Fetch {
  if (spec.kind === 'values' || spec.kind === 'text') return { kind: 'tensor' }
  if (spec.kind === 'labels') return { kind: 'argmax', axis: spec.axis }
  const { layout, order, scale, offset } = spec
  return { kind: 'pixels', layout, scale, offset, ...(order && { order }) }
}

/** What is at hand besides the tensor. */
interface Surroundings {
  original?: Original | undefined
  /** Reads one of the model's files. */
  tokenizer(file: string): Tokenizer
}

/** Makes the value of an output port from what the engine handed over. */
export async function finish(
  spec: FetchSpec,
  port: Port,
  fetched: Fetched,
  { original, tokenizer }: Surroundings,
): Promise<Image | Segmentation | string> {
  if (spec.kind === 'image') return finishImage(fetched as FetchedPixels, original)
  const tensor = fetched as FetchedTensor
  if (spec.kind === 'text') return finishText(spec.end, tensor, tokenizer(spec.tokenizer))
  return spec.kind === 'values' ? finishValues(spec, tensor, original) : finishLabels(port, tensor, original)
}

function finishText(end: number, { data }: FetchedTensor, tokenizer: Tokenizer): string {
  const ids = Array.from(data as BigInt64Array, Number)
  const length = ids.indexOf(end)
  return tokenizer.decode(length < 0 ? ids : ids.slice(0, length)).trim()
}

async function finishImage({ width, height, channels, data }: FetchedPixels, original?: Original): Promise<Image> {
  return restore(new Image({ width, height, channels: channels as Channels, data }), original)
}

async function finishValues(
  spec: Extract<FetchSpec, { kind: 'values' }>,
  { dims, data }: FetchedTensor,
  original?: Original,
): Promise<Image> {
  const [width, height] = [dims.at(-1) as number, dims.at(-2) as number]
  const values = data instanceof Float32Array ? data : Float32Array.from(data as Float64Array)
  const unit = spec.unit && { unit: spec.unit }
  return restore(new Image({ width, height, channels: 1, data: values, range: spec.range, ...unit }), original)
}

async function restore(image: Image, original?: Original): Promise<Image> {
  if (!original) return image
  const part = unplace(original.placement, image.width, image.height)
  const data = crop(image.data, image.width, image.channels, part)
  const cropped = data === image.data ? image : new Image({ ...image, width: part.width, height: part.height, data })
  return resize(cropped, original.width, original.height)
}

async function finishLabels(port: Port, { dims, data }: FetchedTensor, original?: Original): Promise<Segmentation> {
  const { labels = [], labelToColor = {} } = port.type as SegmentationType
  const colors = labels.map((label) => labelToColor[label] ?? ([0, 0, 0] as const))
  let [width, height] = [dims.at(-1) as number, dims.at(-2) as number]
  let ids = data as Uint8Array | Uint16Array
  if (original) {
    const part = unplace(original.placement, width, height)
    ids = crop(ids, width, 1, part)
    ;[width, height] = [part.width, part.height]
  }
  const named = Object.keys(labelToColor).length > 0 && { colors }
  const map = new Segmentation({ width, height, data: ids, labels, ...named })
  return original ? resizeLabels(map, original.width, original.height) : map
}
