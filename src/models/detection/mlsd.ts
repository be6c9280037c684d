import type { FetchedTensor } from '../../engine'
import { type Candidate, numbersOf } from './candidates'
import { type Decoder, needed } from './decoder'

/** The minimum length of a line, in cells of the map; shorter ones are noise. */
const SHORTEST = 10

/**
 * M-LSD: for each of the best locations, a map gives the offsets to the start and the end of a line, in
 * cells. Without a list of locations, `scores` is a map too, and its local maxima are the locations.
 */
export const mlsd: Decoder = {
  tensors: ({ output, ...settings }) => [
    ...(output === undefined ? [] : [output]),
    needed(settings, 'scores'),
    needed(settings, 'ends'),
  ],
  decode({ tensors, width, height }, settings, minScore) {
    const [scores, ends] = (['scores', 'ends'] as const).map(
      (key) => tensors[needed(settings, key)] as FetchedTensor,
    ) as [FetchedTensor, FetchedTensor]
    const [rows, columns] = ends.dims.slice(-3) as [number, number]
    const [shares, far] = [numbersOf(scores), numbersOf(ends)]
    const places = tensors[settings.output ?? '']
    const at = places && numbersOf(places)
    const candidates: Candidate[] = []
    for (let index = 0; index < shares.length; index++) {
      const score = Number(shares[index])
      if (!(score >= minScore)) continue
      const [y, x] = at
        ? [Number(at[2 * index]), Number(at[2 * index + 1])]
        : [Math.floor(index / columns), index % columns]
      if (!(y >= 0 && y < rows && x >= 0 && x < columns)) continue
      if (!at && !isPeak(shares, columns, x, y)) continue
      const end = (k: number): [number, number] => {
        const from = 4 * (y * columns + x) + 2 * k
        return [((x + Number(far[from])) / columns) * width, ((y + Number(far[from + 1])) / rows) * height]
      }
      const [one, other] = [end(0), end(1)]
      if (Math.hypot(other[0] - one[0], other[1] - one[1]) < (SHORTEST * width) / columns) continue
      const [xs, ys] = [
        [one[0], other[0]],
        [one[1], other[1]],
      ]
      candidates.push({
        corners: [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)],
        score,
        label: 0,
        index,
        landmarks: [one, other],
      })
    }
    return candidates
  },
}

/** Whether a cell has the largest score in its neighbourhood. */
function isPeak(shares: ReturnType<typeof numbersOf>, columns: number, x: number, y: number): boolean {
  const own = Number(shares[y * columns + x])
  for (const down of [-1, 0, 1])
    for (const right of [-1, 0, 1]) {
      const isInside = x + right >= 0 && x + right < columns
      if (isInside && Number(shares[(y + down) * columns + x + right] ?? 0) > own) return false
    }
  return true
}
