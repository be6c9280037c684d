import { type GivenFeed, Kept } from '../engine'
import { type Image, isImage, Replaced, type Segmentation } from '../types'
import type { Placement } from './fit'
import { type AboutPicture, type PictureFeedSpec, pictureFeed, pixelFeed, placementOf } from './picture-feed'

/** The path of the module that lanes run. */
const PROGRAM = require.resolve('./picture-feed')

/**
 * Converts a picture, a mask or a label map to a feed. Pixels that are in an engine's lane stay there; if
 * they must be changed, the lane does it.
 */
export async function preparePicture(
  spec: PictureFeedSpec,
  value: Image | Segmentation,
): Promise<{ feed: GivenFeed; placement: Placement }> {
  const placement = placementOf(spec, value)
  return { feed: keptFeed(spec, value, placement) ?? (await pictureFeed(spec, value)), placement }
}

/** Undefined if the pixels are in this process. */
function keptFeed(spec: PictureFeedSpec, value: Image | Segmentation, where: Placement): GivenFeed | undefined {
  const { pixels, ...fields } = value
  const { place } = pixels
  const kept = place instanceof Replaced ? place.of : place
  if (!(kept instanceof Kept)) return undefined
  if (spec.kind === 'image' && isImage(value) && kept.kind === 'bytes' && !spec.lightness && isFilled(where, value))
    return pixelFeed(spec, value, kept as Kept<Uint8Array>)
  const becomes = place instanceof Replaced ? { ids: [...place.becomes], kind: place.kind } : undefined
  return { kind: 'raw', data: kept, program: PROGRAM, about: { spec, fields, becomes } satisfies AboutPicture }
}

/** Whether the value fills the canvas without being resized. */
function isFilled({ width, height, box }: Placement, value: Image): boolean {
  const isSame =
    [width, box.width].every((side) => side === value.width) &&
    [height, box.height].every((side) => side === value.height)
  return isSame && box.left === 0 && box.top === 0
}
