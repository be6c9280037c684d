import type { FetchedTensor } from '../../engine'
import { activateAll } from './activation'
import { bestOf, type Candidate } from './candidates'
import { type Decoder, needed } from './decoder'
import type { Corners } from './turned'

/**
 * MaskFormer and Mask2Former: `scores` [1, n, classes + 1], whose last class means "nothing", and `masks` [1,
 * n, H, W] of the whole canvas. A detection's box surrounds its mask; its score combines the class score and
 * the mean of the mask.
 */
export const queries: Decoder = {
  tensors: (settings) => [needed(settings, 'scores')],
  decode({ tensors, width, height }, settings, minScore) {
    const { data, dims } = tensors[needed(settings, 'scores')] as FetchedTensor
    const masks = tensors[settings.masks ?? ''] as FetchedTensor
    const columns = dims.at(-1) as number
    const candidates: Candidate[] = []
    for (let index = 0; index * columns < data.length; index++) {
      const row = (data as Float32Array).subarray(index * columns, (index + 1) * columns)
      const best = bestOf(activateAll(row, settings.activation), 0, columns - 1)
      if (!(best.score >= minScore)) continue
      const mask = maskOf(masks, index, settings.rawMasks === true)
      if (!mask || best.score * mask.sure < minScore) continue
      const [left, top, right, bottom] = mask.corners
      candidates.push({
        corners: [left * width, top * height, right * width, bottom * height],
        score: best.score * mask.sure,
        label: best.label,
        index,
      })
    }
    return candidates
  },
}

/**
 * The bounding box of a mask, as fractions of the canvas, and the mean score of the mask's pixels. Null if
 * the mask is empty.
 */
function maskOf(
  { data, dims }: FetchedTensor,
  index: number,
  isRaw: boolean,
): { corners: Corners; sure: number } | null {
  const [rows, columns] = dims.slice(-2) as [number, number]
  const plane = (data as Float32Array).subarray(index * rows * columns, (index + 1) * rows * columns)
  const shares = isRaw ? activateAll(plane, 'sigmoid') : plane
  const corners: Corners = [columns, rows, 0, 0]
  let [sum, count] = [0, 0]
  for (const [place, share] of shares.entries()) {
    if (!(share > 0.5)) continue
    const [x, y] = [place % columns, Math.floor(place / columns)]
    corners[0] = Math.min(corners[0], x)
    corners[1] = Math.min(corners[1], y)
    corners[2] = Math.max(corners[2], x + 1)
    corners[3] = Math.max(corners[3], y + 1)
    sum += share
    count++
  }
  if (count === 0) return null
  const [left, top, right, bottom] = corners
  return { corners: [left / columns, top / rows, right / columns, bottom / rows], sure: sum / count }
}
