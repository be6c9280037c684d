import type { FetchedTensor } from '../../engine'
import { behind, prototypeCount } from './behind'
import type { Candidate, Corners } from './candidates'
import { type Decoder, needed } from './decoder'

/** Networks that have chosen already: a row for each thing, whose first numbers `columns` name. */
export const rows: Decoder = {
  tensors: (settings) => [needed(settings, 'output')],
  decode(found, settings, minScore) {
    const { data, dims } = found.tensors[needed(settings, 'output')] as FetchedTensor
    const { columns = 'xyxysc' } = settings
    const [step, score, label, box] = [dims.at(-1) ?? 6, ...['s', 'c', 'x'].map((name) => columns.indexOf(name))] as [
      number,
      number,
      number,
      number,
    ]
    const prototypes = prototypeCount(found, settings)
    const candidates: Candidate[] = []
    for (let index = 0; index < data.length / step; index++) {
      const value = (column: number) => Number(data[index * step + column])
      if (!(value(score) >= minScore)) continue
      const corners = [0, 1, 2, 3].map((k) => value(box + k)) as Corners
      candidates.push({
        corners,
        score: value(score),
        label: value(label),
        index,
        ...behind(value, [columns.length, step], settings, prototypes),
      })
    }
    return candidates
  },
}
