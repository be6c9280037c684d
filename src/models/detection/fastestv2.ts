import type { FetchedTensor } from '../../engine'
import { anchorsOf } from './anchors'
import { aroundCenter, bestOf, type Candidate } from './candidates'
import type { Decoder } from './decoder'

/**
 * Yolo-FastestV2: each cell holds the boxes of three anchors, their scores, and class scores that the anchors
 * share. All scores are probabilities.
 */
export const fastestv2: Decoder = {
  tensors: ({ heads, output }) => {
    if (heads?.length) return heads
    if (output === undefined) throw new Error('The manifest\'s settings do not name the tensors "heads".')
    return [output]
  },
  decode({ tensors, width, height }, settings, minScore) {
    const { heads, output = '', strides = [16, 32] } = settings
    const candidates: Candidate[] = []
    // If all grids share one table, the cells of the finer grid come first.
    let from = 0
    for (const [level, stride] of strides.entries()) {
      const own = anchorsOf(settings, level)
      const [rows, columns] = [Math.floor(height / stride), Math.floor(width / stride)]
      const { data, dims } = tensors[heads?.[level] ?? output] as FetchedTensor
      const fields = dims.at(-1) as number
      const values = (data as Float32Array).subarray(heads ? 0 : from)
      from += rows * columns * fields
      for (let cell = 0; cell < rows * columns; cell++) {
        const start = cell * fields
        const best = bestOf(values, start + 5 * own.length, fields - 5 * own.length)
        for (const [anchor, [w, h]] of own.entries()) {
          const score = best.score * (values[start + 4 * own.length + anchor] as number)
          if (!(score >= minScore)) continue
          const [bx = 0, by = 0, bw = 0, bh = 0] = values.subarray(start + 4 * anchor, start + 4 * anchor + 4)
          const [x, y] = [2 * bx - 0.5 + (cell % columns), 2 * by - 0.5 + Math.floor(cell / columns)]
          candidates.push({
            corners: aroundCenter(x * stride, y * stride, (2 * bw) ** 2 * w, (2 * bh) ** 2 * h),
            score,
            label: best.label,
            index: candidates.length,
          })
        }
      }
    }
    return candidates
  },
}
