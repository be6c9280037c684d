import type { FetchedTensor } from '../../engine'
import { activate } from './activation'
import type { Candidate } from './candidates'
import { type Decoder, needed } from './decoder'
import type { DetectSettings } from './settings'

/** Smaller peaks within this many cells of a peak belong to the same object. */
const AROUND = 1

/**
 * CenterNet and CenterFace: a heat map `output` [1, classes, H, W] of object centres. `heads` are maps of the
 * sizes [1, 2, H, W], of each centre's offset from the corner of its cell [1, 2, H, W], and optionally of
 * points [1, 2 × points, H, W]. CenterFace outputs the logarithms of the sizes, puts height and y first, and
 * gives points as fractions of the box.
 */
export const centers: Decoder = {
  tensors: (settings) => [needed(settings, 'output'), ...headsOf(settings)],
  decode({ tensors, width }, settings, minScore) {
    const heat = tensors[needed(settings, 'output')] as FetchedTensor
    const [classes, rows, columns] = heat.dims.slice(-3) as [number, number, number]
    const [sizes, shifts, points] = headsOf(settings).map(
      (name) => (tensors[name] as FetchedTensor).data as Float32Array,
    )
    const scores = heat.data as Float32Array
    const area = rows * columns
    const stride = width / columns
    const isFace = settings.sizes === 'exponential'
    const [x, y] = isFace ? [1, 0] : [0, 1]
    const candidates: Candidate[] = []
    for (let label = 0; label < classes; label++)
      for (let row = 0; row < rows; row++)
        for (let column = 0; column < columns; column++) {
          const cell = row * columns + column
          const raw = scores[label * area + cell] as number
          const score = activate(raw, settings.activation)
          if (
            score < minScore ||
            !isPeak(scores.subarray(label * area, (label + 1) * area), row, column, [rows, columns])
          )
            continue
          const at = (map: Float32Array | undefined, plane: number) => map?.[plane * area + cell] ?? 0
          const sizeOf = (plane: number) => (isFace ? Math.exp(at(sizes, plane)) : at(sizes, plane)) * stride
          const [wide, high] = [sizeOf(x), sizeOf(y)]
          const middle = isFace ? 0.5 : 0
          const left = (column + at(shifts, x) + middle) * stride - wide / 2
          const top = (row + at(shifts, y) + middle) * stride - high / 2
          const landmarks = Array.from({ length: (points?.length ?? 0) / area / 2 }, (_, k): [number, number] => [
            left + at(points, 2 * k + 1) * wide,
            top + at(points, 2 * k) * high,
          ])
          candidates.push({
            corners: [left, top, left + wide, top + high],
            score,
            label,
            index: candidates.length,
            ...(points && { landmarks }),
          })
        }
    return candidates
  },
}

function headsOf({ heads }: DetectSettings): string[] {
  if (!heads || heads.length < 2) throw new Error('The manifest\'s settings do not name the tensors "heads".')
  return heads
}

/** Whether a cell is a local maximum. */
function isPeak(scores: Float32Array, row: number, column: number, [rows, columns]: [number, number]): boolean {
  const own = scores[row * columns + column] as number
  for (let y = Math.max(0, row - AROUND); y <= Math.min(rows - 1, row + AROUND); y++)
    for (let x = Math.max(0, column - AROUND); x <= Math.min(columns - 1, column + AROUND); x++)
      if ((scores[y * columns + x] as number) > own) return false
  return true
}
