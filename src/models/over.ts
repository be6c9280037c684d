import { inPieces, resize, warp } from '../images'
import { Image, toBytesInPieces } from '../types'
import type { Placement } from './fit'

/**
 * Composites a model's result for a part of a picture over that picture where the mask is white. Outside the
 * mask, every pixel stays exactly the same.
 *
 * @param made the model's whole canvas, in any size
 * @param placement the position of the picture on that canvas
 * @param mask one channel, in any size
 */
export async function laidOver(made: Image, given: Image, placement: Placement, mask: Image): Promise<Image> {
  const picture = await toBytesInPieces(given)
  const { width, height, channels } = picture
  const { box } = placement
  const [across, down] = [width / box.width, height / box.height]
  // The part of the picture that is on the canvas, in whole pixels.
  const left = Math.max(0, Math.floor(-box.left * across))
  const top = Math.max(0, Math.floor(-box.top * down))
  const wide = Math.min(width, Math.ceil((placement.width - box.left) * across)) - left
  const high = Math.min(height, Math.ceil((placement.height - box.top) * down)) - top
  const matrix = [
    wide / across / placement.width,
    0,
    (left / across + box.left) / placement.width,
    0,
    high / down / placement.height,
    (top / down + box.top) / placement.height,
    ...([0, 0, 1] as const),
  ] as const
  const patch = await warp(made, matrix, wide, high, 'edge')
  const shares = (await resize(mask, width, height, 'fill', 'linear')).data
  const data = Uint8Array.from(picture.data)
  await inPieces(wide * high, (from, to) => {
    for (let i = from; i < to; i++) {
      const pixel = (top + Math.floor(i / wide)) * width + left + (i % wide)
      const share = (shares[pixel] as number) / 255
      if (share === 0) continue
      for (let c = 0; c < channels; c++) {
        const at = pixel * channels + c
        const new_ = patch.data[i * patch.channels + Math.min(c, patch.channels - 1)] as number
        data[at] = Math.round((data[at] as number) * (1 - share) + new_ * share)
      }
    }
  })
  return new Image({ width, height, channels, data })
}
