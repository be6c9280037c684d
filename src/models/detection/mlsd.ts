import type { FetchedTensor } from '../../engine'
import { type Candidate, numbersOf } from './candidates'
import { type Decoder, needed } from './decoder'

/** A line has at least so many cells of the map; shorter ones are noise. */
const SHORTEST = 10

/** M-LSD: for each place of the surest lines, a map says how far from it a line begins and ends, in cells. */
export const mlsd: Decoder = {
  tensors: (settings) => [needed(settings, 'output'), needed(settings, 'scores'), needed(settings, 'ends')],
  decode({ tensors, width, height }, settings, minScore) {
    const [places, scores, ends] = (['output', 'scores', 'ends'] as const).map(
      (key) => tensors[needed(settings, key)] as FetchedTensor,
    ) as [FetchedTensor, FetchedTensor, FetchedTensor]
    const [rows, columns] = ends.dims.slice(-3) as [number, number]
    const [at, shares, far] = [numbersOf(places), numbersOf(scores), numbersOf(ends)]
    const candidates: Candidate[] = []
    for (let index = 0; index < shares.length; index++) {
      const score = Number(shares[index])
      if (!(score >= minScore)) continue
      const [y, x] = [Number(at[2 * index]), Number(at[2 * index + 1])]
      if (!(y >= 0 && y < rows && x >= 0 && x < columns)) continue
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
