import type { FetchedTensor } from '../../engine'
import { activate, activateAll } from './activation'
import { aroundCenter, bestOf, type Candidate } from './candidates'
import type { Decoder } from './decoder'
import type { DetectSettings } from './settings'

/**
 * YOLO without its last steps (v2 to v5, v7): for each cell of the grids in `strides` and each of its anchors, the
 * centre and size of a box, the confidence that something is there, and the classes. Heads are [1, anchors × fields, H,
 * W], [1, H, W, anchors × fields], [1, anchors, H, W, fields] or [1, H, W, anchors, fields].
 */
export const anchors: Decoder = {
  tensors: ({ heads }) => {
    if (!heads?.length) throw new Error('The manifest\'s settings do not name the tensors "heads".')
    return heads
  },
  decode({ tensors, width, height }, settings, minScore) {
    const { heads = [], strides = [8, 16, 32], reach = [], sizes = 'exponential', activation } = settings
    const share = (value: number) => activate(value, activation && 'sigmoid')
    const candidates: Candidate[] = []
    for (const [level, name] of heads.entries()) {
      const stride = strides[level] as number
      const own = anchorsOf(settings, level)
      const [rows, columns] = [Math.floor(height / stride), Math.floor(width / stride)]
      const { at, fields, step } = placesOf(tensors[name] as FetchedTensor, own.length, rows, columns)
      const values = (tensors[name] as FetchedTensor).data as Float32Array
      const wide = reach[level] ?? 1
      const middle = (value: number, cell: number) => (share(value) * wide - (wide - 1) / 2 + cell) * stride
      const side = (value: number, anchor: number) =>
        anchor * (sizes === 'squared' ? (2 * share(value)) ** 2 : Math.exp(value))
      for (const [anchor, [w, h]] of own.entries())
        for (let y = 0; y < rows; y++)
          for (let x = 0; x < columns; x++) {
            const start = at(anchor, y, x)
            const field = (i: number) => values[start + i * step] as number
            const there = share(field(4))
            if (!(there >= minScore)) continue
            const raw = Float32Array.from({ length: fields - 5 }, (_, i) => field(5 + i))
            const best = bestOf(activateAll(raw, activation), 0, raw.length)
            const score = there * best.score
            if (score < minScore) continue
            const corners = aroundCenter(middle(field(0), x), middle(field(1), y), side(field(2), w), side(field(3), h))
            candidates.push({ corners, score, label: best.label, index: candidates.length })
          }
    }
    return candidates
  },
}

/** Width and height of each anchor of a head. */
export function anchorsOf({ anchors: all = [] }: DetectSettings, level: number): [number, number][] {
  const sides = all[level] ?? []
  return Array.from({ length: sides.length / 2 }, (_, i) => [sides[2 * i] as number, sides[2 * i + 1] as number])
}

/** Where the numbers of an anchor of a cell begin, their stride, and their count. */
function placesOf({ dims }: FetchedTensor, count: number, rows: number, columns: number) {
  const size = rows * columns
  const rest = dims.slice(1)
  const numbers = rest.reduce((product, each) => product * each, 1)
  const fields = numbers / size / count
  if (!Number.isInteger(fields) || fields < 6)
    throw new Error(
      `The detector outputs [${dims.join(', ')}], which doesn't match ${count} anchors in ${columns} × ${rows} cells: check "anchors" and "strides" in its settings.`,
    )
  const isCellFirst = rest[0] === rows && rest[1] === columns
  if (isCellFirst)
    return { fields, step: 1, at: (a: number, y: number, x: number) => ((y * columns + x) * count + a) * fields }
  if (rest.length === 4)
    return { fields, step: 1, at: (a: number, y: number, x: number) => (a * size + y * columns + x) * fields }
  return { fields, step: size, at: (a: number, y: number, x: number) => a * fields * size + y * columns + x }
}
