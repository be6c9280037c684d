import type { FetchedTensor } from '../../engine'
import { type Candidate, numbersOf } from './candidates'
import { type Decoder, needed } from './decoder'
import { boxOf, extraColumns, pointsBeside, prototypeCount } from './extra-columns'
import type { Corners } from './turned'

/**
 * Networks that run non-maximum suppression themselves: one row per detection, laid out as `columns` says.
 */
export const rows: Decoder = {
  tensors: (settings) => [
    needed(settings, 'output'),
    ...[settings.labels, settings.landmarks].flatMap((name) => name ?? []),
  ],
  decode(found, settings, minScore) {
    const { data, dims } = found.tensors[needed(settings, 'output')] as FetchedTensor
    const step = dims.at(-1) ?? 6
    const { columns = 'xyxysc', turned } = settings
    const labels = settings.labels && numbersOf(found.tensors[settings.labels] as FetchedTensor)
    const [first = '', last = ''] = columns.split('*')
    const end = step - last.length - (turned ? 1 : 0)
    const place = (letter: string) => {
      const at = first.indexOf(letter)
      return at < 0 && last.includes(letter) ? step - last.length + last.indexOf(letter) : at
    }
    const [x, y, score, label] = [...'xysc'].map(place) as [number, number, number, number]
    const prototypes = prototypeCount(found, settings)
    const candidates: Candidate[] = []
    for (let index = 0; index < data.length / step; index++) {
      const value = (column: number) => Number(data[index * step + column])
      if (!(value(score) >= minScore)) continue
      const corners = [x, y, x + 2, y + 2].map(value) as Corners
      candidates.push({
        ...(turned ? boxOf(corners, value(end)) : { corners }),
        score: value(score),
        label: labels ? Number(labels[index]) : label < 0 ? 0 : value(label),
        index,
        ...extraColumns(value, [first.length, end], settings, prototypes),
        ...pointsBeside(found, settings, index),
      })
    }
    return candidates
  },
}
