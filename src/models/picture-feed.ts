/**
 * How pictures, masks and label maps become feeds. Also the program that does it in a lane, with those whose
 * numbers stay there.
 */
import type { Feed, MakeFeed, PixelFeed } from '../engine'
import { lightness, resizeLabels } from '../images'
import { Image, type Numbers, Pixels, replaceEach, Segmentation, toBytesInPieces } from '../types'
import { type KnownSize, type Placement, place, placement } from './fit'
import type { FeedSpec } from './manifest'
import { numbersFeed } from './numbers-feed'
import { inputScaling } from './scaling'

type ImageFeed = Extract<FeedSpec, { kind: 'image' }>
type MaskFeed = Extract<FeedSpec, { kind: 'mask' }>
type LabelsFeed = Extract<FeedSpec, { kind: 'labels' }>

type Sized<Spec> = Omit<Spec, 'size'> & { size: KnownSize }
export type SizedImageFeed = Sized<ImageFeed>
export type SizedMaskFeed = Sized<MaskFeed>
export type PictureFeedSpec = SizedImageFeed | SizedMaskFeed | LabelsFeed

/** The program's parameters. */
export interface AboutPicture {
  spec: PictureFeedSpec
  /** The value without its pixels. */
  fields: { type: 'image' | 'segmentation' }
  /** For a label map whose ids are replaced: each id's replacement. */
  becomes?: { ids: readonly number[]; kind: 'bytes' | 'ids' } | undefined
}

export const makeFeed: MakeFeed<AboutPicture> = (numbers, { spec, fields, becomes }) => {
  const data = becomes ? replaceEach(numbers, becomes.ids, becomes.kind) : numbers
  const record = { ...fields, pixels: Pixels.here<Numbers>(data) }
  const value = fields.type === 'image' ? new Image(record as Image) : new Segmentation(record as Segmentation)
  return pictureFeed(spec, value)
}

/** The feed of a value. Its numbers are read. */
export function pictureFeed(spec: PictureFeedSpec, value: Image | Segmentation): Promise<Feed> {
  switch (spec.kind) {
    case 'image':
      return imageFeed(spec, value as Image)
    case 'mask':
      return maskFeed(spec, value as Image)
    case 'labels':
      return labelsFeed(spec, value as Segmentation)
  }
}

/** Where a value is on its model's canvas. */
export function placementOf(spec: PictureFeedSpec, { width, height }: Image | Segmentation): Placement {
  return placement(sizeOf(spec), width, height)
}

/** How bytes of the model's size are put into its tensor. */
export function pixelFeed<Data>(
  spec: SizedImageFeed,
  { width, height, channels }: Pick<Image, 'width' | 'height' | 'channels'>,
  data: Data,
): Omit<PixelFeed, 'data'> & { data: Data } {
  const { layout, order, luma, brighten, dtype, dims } = spec
  const sides = [height, width]
  const shape = dims?.map((side) => (side === -1 ? (sides.shift() ?? 1) : side))
  return {
    kind: 'pixels',
    ...{ data, width, height, channels, layout },
    ...inputScaling(spec),
    ...(order && { order }),
    ...(luma && channels > 1 && { luma }),
    ...(brighten && { brighten }),
    ...(dtype && { dtype }),
    ...(shape && { dims: shape }),
  }
}

async function imageFeed(spec: SizedImageFeed, image: Image): Promise<Feed> {
  const placed = await place(await toBytesInPieces(image), placementOf(spec, image), spec.size)
  const picture = spec.lightness ? await lightness(placed, spec.lightness) : placed
  return pixelFeed(spec, picture, picture.data as Uint8Array)
}

/** Black and white, and nothing between. */
async function maskFeed(spec: SizedMaskFeed, mask: Image): Promise<Feed> {
  const { least = 0.5, layout, dtype, dims } = spec
  const { width, height, data } = await place(mask, placementOf(spec, mask), sizeOf(spec))
  const hard = data.map((value) => (value >= least * 255 ? 255 : 0)) as Uint8Array
  return {
    kind: 'pixels',
    data: hard,
    ...{ width, height, channels: 1, layout },
    ...inputScaling({}),
    ...(dtype && { dtype }),
    ...(dims && { dims }),
  }
}

async function labelsFeed(spec: LabelsFeed, map: Segmentation): Promise<Feed> {
  const { width, height } = placementOf(spec, map)
  const { data: ids, labels } = await resizeLabels(map, width, height)
  if (spec.as === 'ids') return numbersFeed(spec.dtype ?? 'int64', [1, height, width], ids)
  const planes = new Float32Array(labels.length * ids.length)
  for (let i = 0; i < ids.length; i++) planes[(ids[i] as number) * ids.length + i] = 1
  return { kind: 'tensor', dtype: 'float32', dims: [1, labels.length, height, width], data: planes }
}

function sizeOf(spec: PictureFeedSpec): KnownSize {
  // Sharpening would leave shadows next to white areas.
  if (spec.kind === 'mask') return { ...spec.size, kernel: spec.size.kernel ?? 'linear' }
  // A label map has no "nothing" to fill a border with, so a letterbox is a stretch.
  return spec.kind === 'labels' && spec.size.fit === 'letterbox' ? { ...spec.size, fit: 'stretch' } : spec.size
}
