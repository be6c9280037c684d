import type { FetchedTensor } from '../../engine'
import type { Candidate, Corners } from './candidates'
import { type Decoder, needed } from './decoder'

/** Networks that have chosen already: a row for each thing, which `columns` name. */
export const rows: Decoder = {
  tensors: (settings) => [needed(settings, 'output')],
  decode({ tensors }, settings, minScore) {
    const { data, dims } = tensors[needed(settings, 'output')] as FetchedTensor
    const { columns = 'xyxysc' } = settings
    const [step, score, label, box] = [dims.at(-1) ?? 6, ...['s', 'c', 'x'].map((name) => columns.indexOf(name))] as [
      number,
      number,
      number,
      number,
    ]
    const candidates: Candidate[] = []
    for (let index = 0; index < data.length / step; index++) {
      const value = (column: number) => Number(data[index * step + column])
      if (!(value(score) >= minScore)) continue
      const corners = [0, 1, 2, 3].map((k) => value(box + k)) as Corners
      candidates.push({ corners, score: value(score), label: value(label), index })
    }
    return candidates
  },
}
