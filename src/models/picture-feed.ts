/**
 * Converts pictures, masks and label maps to feeds. A lane also runs this module, for values whose pixels
 * stay there.
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
  /** All fields of the value except its pixels. */
  fields: { type: 'image' | 'segmentation' }
  /** For a label map with replaced ids: the new id for each old one. */
  becomes?: { ids: readonly number[]; kind: 'bytes' | 'ids' } | undefined
}

export const makeFeed: MakeFeed<AboutPicture> = (numbers, { spec, fields, becomes }) => {
  const data = becomes ? replaceEach(numbers, becomes.ids, becomes.kind) : numbers
  const record = { ...fields, pixels: Pixels.here<Numbers>(data) }
  const value = fields.type === 'image' ? new Image(record as Image) : new Segmentation(record as Segmentation)
  return pictureFeed(spec, value)
}

/** Converts a value to a feed. This reads its pixels. */
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

/** The placement of a value on the model's canvas. */
export function placementOf(spec: PictureFeedSpec, { width, height }: Image | Segmentation): Placement {
  return placement(sizeOf(spec), width, height)
}

/** Fills the tensor with bytes that have the model's size already. */
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

/** Makes every pixel black or white. */
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
  // A sharpening kernel would leave dark fringes around white areas.
  if (spec.kind === 'mask') return { ...spec.size, kernel: spec.size.kernel ?? 'linear' }
  // A label map has no neutral value for the border of a letterbox, so it is stretched.
  return spec.kind === 'labels' && spec.size.fit === 'letterbox' ? { ...spec.size, fit: 'stretch' } : spec.size
}
