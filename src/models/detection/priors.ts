import type { FetchedTensor } from '../../engine'
import { activateAll } from './activation'
import { aroundCenter, bestOf, type Candidate } from './candidates'
import { type Decoder, needed } from './decoder'
import type { Priors } from './settings'

/**
 * The prior boxes that the network corrects (SSD): x and y of the centre, width and height, in pixels of the
 * canvas.
 */
export function priorBoxes(
  { sizes, strides, round, middle = 0.5 }: Priors,
  width: number,
  height: number,
): Float32Array {
  const boxes: number[] = []
  strides.forEach((stride, level) => {
    const [columns, rows] = [width, height].map((side) => cellsOf(side, stride, round)) as [number, number]
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++)
        for (const size of sizes[level] ?? []) {
          const [w, h] = typeof size === 'number' ? [size, size] : size
          boxes.push((x + middle) * stride, (y + middle) * stride, w, h)
        }
  })
  return Float32Array.from(boxes)
}

/** The number of prior boxes. */
export function countPriors({ sizes, strides, round }: Priors, width: number, height: number): number {
  return strides.reduce(
    (sum, stride, level) =>
      sum + cellsOf(width, stride, round) * cellsOf(height, stride, round) * (sizes[level]?.length ?? 0),
    0,
  )
}

function cellsOf(side: number, stride: number, round: Priors['round']): number {
  // The tolerance is for strides such as a third of the side, which floating-point numbers can't represent
  // exactly.
  return round === 'up' ? Math.ceil(side / stride - 1e-6) : Math.floor(side / stride + 1e-6)
}

/**
 * RetinaFace, UltraFace, SSD, RetinaNet, EfficientDet and YuNet of 2021, exported without the final decoding:
 * tables with one row per box, or planes for each grid.
 */
export const priors: Decoder = {
  tensors(settings) {
    const { classes, distances, middles = [], quality, landmarks } = settings
    if (classes && distances) return [...classes, ...distances, ...middles]
    return [
      needed(settings, 'boxes'),
      needed(settings, 'scores'),
      ...[quality, landmarks].flatMap((name) => name ?? []),
    ]
  },
  decode({ tensors, width, height }, settings, minScore) {
    const tensor = (name: string) => tensors[name] as FetchedTensor
    const data = (name: string) => tensor(name).data as Float32Array
    if (!settings.priors) throw new Error('The manifest\'s settings do not say the "priors" of the detector.')
    const around = priorBoxes(settings.priors, width, height)
    const { reach: [place, far] = [0.1, 0.2], from } = settings.priors
    const [across, down] = from === 'top' ? [1, 0] : [0, 1]
    const count = around.length / 4
    const rows = (names: readonly string[]) => rowsOf(names.map(tensor))
    const { classes: maps, distances, middles } = settings
    const [boxes, scores] =
      maps && distances
        ? [rows(distances), rows(maps)]
        : [data(needed(settings, 'boxes')), data(needed(settings, 'scores'))]
    const quality = middles
      ? activateAll(rows(middles), settings.activation)
      : settings.quality === undefined
        ? undefined
        : data(settings.quality)
    const [columns, classes] = [boxes.length / count, scores.length / count]
    if (!Number.isInteger(columns) || !Number.isInteger(classes))
      throw new Error('The detector outputs a different number of boxes than its settings say.')
    // Points follow the four numbers of a box, or are in a separate tensor.
    const points = settings.landmarks === undefined ? boxes : data(settings.landmarks)
    const step = points.length / count
    const pointsFrom = settings.landmarks === undefined ? 4 : 0
    const first = settings.firstLabel ?? 0
    const candidates: Candidate[] = []
    for (let index = 0; index < count; index++) {
      const own = activateAll(scores.subarray(index * classes, (index + 1) * classes), settings.activation)
      const best = bestOf(own, first, classes - first)
      const score = quality ? Math.sqrt(best.score * within(quality[index] as number)) : best.score
      if (score < minScore) continue
      const [px = 0, py = 0, pw = 0, ph = 0] = around.subarray(4 * index, 4 * index + 4)
      const moved = boxes.subarray(columns * index, columns * index + 4)
      const by = (field: number) => moved[field] as number
      const corners = aroundCenter(
        px + by(across) * place * pw,
        py + by(down) * place * ph,
        pw * Math.exp(by(2 + across) * far),
        ph * Math.exp(by(2 + down) * far),
      )
      const landmarks = Array.from({ length: Math.floor((step - pointsFrom) / 2) }, (_, k): [number, number] => {
        const at = step * index + pointsFrom + 2 * k
        return [px + (points[at] as number) * place * pw, py + (points[at + 1] as number) * place * ph]
      })
      const label = best.label + first
      candidates.push({ corners, score, label, index, ...(landmarks.length > 0 && { landmarks }) })
    }
    return candidates
  },
}

/**
 * Rearranges planes [1, boxes × numbers, H, W] of each grid into rows: cell by cell, and box by box within a
 * cell.
 */
function rowsOf(grids: readonly FetchedTensor[]): Float32Array {
  const rows = new Float32Array(grids.reduce((sum, { data }) => sum + data.length, 0))
  let at = 0
  for (const { data, dims } of grids) {
    const [planes = 0, height = 0, width = 0] = dims.slice(-3)
    const cells = height * width
    for (let cell = 0; cell < cells; cell++)
      for (let plane = 0; plane < planes; plane++) rows[at++] = Number(data[plane * cells + cell])
  }
  return rows
}

const within = (value: number) => Math.min(1, Math.max(0, value))
