import type { FetchedTensor } from '../../engine'
import { activate } from './activation'
import type { Candidate } from './candidates'
import type { Decoder } from './decoder'
import { expected } from './grids'
import type { DetectSettings } from './settings'

/** The number of distances that the network gives a probability for, per side. */
const BINS = 16

/**
 * YOLO from version 8 on, exported without the final decoding: for each grid [1, 4 × 16 + classes, H, W], or
 * [1, 64, H, W] and [1, classes, H, W].
 */
export const dfl: Decoder = {
  tensors: ({ heads, distances, classes }) => {
    const names = heads ?? [...(distances ?? []), ...(classes ?? [])]
    if (names.length === 0) throw new Error('The manifest\'s settings do not name the tensors "heads".')
    return names
  },
  decode({ tensors, width, height }, settings, minScore) {
    const { strides = [8, 16, 32], activation } = settings
    const candidates: Candidate[] = []
    for (const [level, stride] of strides.entries()) {
      const [rows, columns] = [Math.floor(height / stride), Math.floor(width / stride)]
      const size = rows * columns
      const { sides, scores, classes } = planesOf(settings, level, size, tensors)
      for (let cell = 0; cell < size; cell++) {
        let [label, most] = [0, Number.NEGATIVE_INFINITY]
        for (let c = 0; c < classes; c++) {
          const value = scores[c * size + cell] as number
          if (value > most) [label, most] = [c, value]
        }
        const score = activate(most, activation)
        if (!(score >= minScore)) continue
        const far = (side: number) =>
          expected(
            Float32Array.from({ length: BINS }, (_, bin) => sides[(side * BINS + bin) * size + cell] as number),
          ) * stride
        const [x, y] = [((cell % columns) + 0.5) * stride, (Math.floor(cell / columns) + 0.5) * stride]
        candidates.push({
          corners: [x - far(0), y - far(1), x + far(2), y + far(3)],
          score,
          label,
          index: candidates.length,
        })
      }
    }
    return candidates
  },
}

function planesOf(settings: DetectSettings, level: number, size: number, tensors: Record<string, FetchedTensor>) {
  const data = (name: string | undefined) => tensors[name ?? '']?.data as Float32Array
  if (settings.heads) {
    const all = data(settings.heads[level])
    return { sides: all, scores: all.subarray(4 * BINS * size), classes: all.length / size - 4 * BINS }
  }
  const scores = data(settings.classes?.[level])
  return { sides: data(settings.distances?.[level]), scores, classes: scores.length / size }
}
