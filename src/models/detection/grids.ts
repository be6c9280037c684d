import type { FetchedTensor } from '../../engine'
import { activate } from './activation'
import { aroundCenter, bestOf, type Candidate } from './candidates'
import { type Decoder, needed } from './decoder'
import type { DetectSettings } from './settings'

const list = (settings: DetectSettings, key: 'distances' | 'classes' | 'regressors' | 'confidences'): string[] => {
  const names = settings[key]
  if (!names?.length) throw new Error(`The manifest's settings don't name the tensors "${key}".`)
  return names
}

/**
 * NanoDet: for each cell of several grids, the class scores, and for each side of the box the probability of
 * each distance. One tensor holds both for all grids, or each grid has two tensors.
 */
export const nanodet: Decoder = {
  tensors: (settings) =>
    settings.output ? [settings.output] : [...list(settings, 'classes'), ...list(settings, 'distances')],
  decode({ tensors, width, height }, settings, minScore) {
    const { strides = [8, 16, 32], names } = settings
    const candidates: Candidate[] = []
    const tensor = (name: string) => tensors[name] as FetchedTensor
    let before = 0
    strides.forEach((stride, level) => {
      const columns = Math.ceil(width / stride)
      const cells = columns * Math.ceil(height / stride)
      const one = settings.output !== undefined
      const from = tensor(one ? (settings.output as string) : (list(settings, 'classes')[level] as string))
      const to = one ? from : tensor(list(settings, 'distances')[level] as string)
      const [scores, sides] = [from.data as Float32Array, to.data as Float32Array]
      const [scoreStep, sideStep] = [from.dims.at(-1) as number, to.dims.at(-1) as number]
      const classes = one ? names.length : scoreStep
      const bins = (sideStep - (one ? classes : 0)) / 4
      for (let cell = 0; cell < cells; cell++) {
        const row = (one ? before : 0) + cell
        const best = bestOf(scores, row * scoreStep, classes)
        const score = activate(best.score, settings.activation)
        if (score < minScore) continue
        const at = row * sideStep + (one ? classes : 0)
        const [left, top, right, bottom] = [0, 1, 2, 3].map(
          (side) => expected(sides.subarray(at + side * bins, at + (side + 1) * bins)) * stride,
        ) as [number, number, number, number]
        // Networks with one tensor (NanoDet-Plus) measure distances from the corner of a cell, older ones
        // from its centre.
        const middle = one ? 0 : (stride - 1) / 2
        const [x, y] = [(cell % columns) * stride + middle, Math.floor(cell / columns) * stride + middle]
        candidates.push({
          corners: [x - left, y - top, x + right, y + bottom],
          score,
          label: best.label,
          index: candidates.length,
        })
      }
      before += cells
    })
    return candidates
  },
}

/** The mean of 0, 1, 2, …, weighted by the softmax of the raw scores. */
export function expected(scores: Float32Array): number {
  const most = Math.max(...scores)
  let [sum, all] = [0, 0]
  scores.forEach((score, i) => {
    const share = Math.exp(score - most)
    sum += share * i
    all += share
  })
  return sum / all
}

/** SCRFD: two anchors per cell, the distances from the cell's corner to the sides of the box, and points. */
export const scrfd: Decoder = {
  tensors: (settings) => [...list(settings, 'classes'), ...list(settings, 'distances'), ...(settings.places ?? [])],
  decode({ tensors, width }, settings, minScore) {
    const candidates: Candidate[] = []
    const data = (name: string | undefined) => tensors[name ?? '']?.data as Float32Array | undefined
    const { strides = [8, 16, 32] } = settings
    strides.forEach((stride, level) => {
      const scores = data(settings.classes?.[level])
      const sides = data(settings.distances?.[level])
      const places = data(settings.places?.[level])
      const columns = Math.ceil(width / stride)
      scores?.forEach((score, i) => {
        if (!(score >= minScore) || !sides) return
        const cell = i >> 1
        const [x, y] = [(cell % columns) * stride, Math.floor(cell / columns) * stride]
        const [left = 0, top = 0, right = 0, bottom = 0] = sides.subarray(4 * i, 4 * i + 4)
        const landmarks = Array.from({ length: places ? 5 : 0 }, (_, k): [number, number] => [
          x + (places?.[10 * i + 2 * k] as number) * stride,
          y + (places?.[10 * i + 2 * k + 1] as number) * stride,
        ])
        candidates.push({
          corners: [x - left * stride, y - top * stride, x + right * stride, y + bottom * stride],
          score,
          label: 0,
          index: candidates.length,
          ...(places && { landmarks }),
        })
      })
    })
    return candidates
  },
}

/**
 * FastestDet: one grid [1, 1 + 4 + classes, rows, columns] with the objectness, the box and the class scores.
 */
export const cells: Decoder = {
  tensors: (settings) => [needed(settings, 'output')],
  decode({ tensors, width, height }, settings, minScore) {
    const { data, dims } = tensors[needed(settings, 'output')] as FetchedTensor
    const values = data as Float32Array
    const [planes, rows, columns] = dims.slice(-3) as [number, number, number]
    const size = rows * columns
    const candidates: Candidate[] = []
    for (let index = 0; index < size; index++) {
      const value = (plane: number) => values[plane * size + index] as number
      const best = bestOf(values, 5 * size + index, planes - 5, size)
      const score = Math.max(0, value(0)) ** 0.6 * Math.max(0, best.score) ** 0.4
      if (!(score >= minScore)) continue
      const [x, y] = [(index % columns) + Math.tanh(value(1)), Math.floor(index / columns) + Math.tanh(value(2))]
      candidates.push({
        corners: aroundCenter(
          (x / columns) * width,
          (y / rows) * height,
          activate(value(3), 'sigmoid') * width,
          activate(value(4), 'sigmoid') * height,
        ),
        score,
        label: best.label,
        index,
      })
    }
    return candidates
  },
}

/**
 * MediaPipe (faces, palms, poses): for each anchor in `grids` a raw score, the centre and size of the box,
 * and further points. Positions are in pixels, relative to the centre of the anchor's cell.
 */
export const blaze: Decoder = {
  tensors: (settings) => [...list(settings, 'regressors'), ...list(settings, 'confidences')],
  decode({ tensors, width, height }, settings, minScore) {
    const rows = (key: 'regressors' | 'confidences') =>
      list(settings, key).flatMap((name) => {
        const { data, dims } = tensors[name] as FetchedTensor
        const length = dims.at(-1) as number
        const values = data as Float32Array
        return Array.from({ length: values.length / length }, (_, i) => values.subarray(i * length, (i + 1) * length))
      })
    const [boxes, scores] = [rows('regressors'), rows('confidences')]
    const { grids = [] } = settings
    requireAnchors(boxes.length, grids, width, height)
    const candidates: Candidate[] = []
    let index = 0
    for (const [stride, each] of grids) {
      const columns = Math.ceil(width / stride)
      const cellCount = columns * Math.ceil(height / stride)
      for (let at = 0; at < cellCount * each; at++, index++) {
        const score = activate(scores[index]?.[0] ?? Number.NEGATIVE_INFINITY, settings.activation ?? 'sigmoid')
        const box = boxes[index]
        if (!(score >= minScore) || !box) continue
        const cell = Math.floor(at / each)
        const [x, y] = [((cell % columns) + 0.5) * stride, (Math.floor(cell / columns) + 0.5) * stride]
        const [dx = 0, dy = 0, w = 0, h = 0] = box
        const landmarks = Array.from({ length: (box.length - 4) >> 1 }, (_, k): [number, number] => [
          x + (box[4 + 2 * k] as number),
          y + (box[5 + 2 * k] as number),
        ])
        candidates.push({ corners: aroundCenter(x + dx, y + dy, w, h), score, label: 0, index, landmarks })
      }
    }
    return candidates
  },
}

/** With a different number of anchors, every box would be in the wrong place. */
function requireAnchors(found: number, grids: [stride: number, each: number][], width: number, height: number): void {
  const wanted = grids.reduce(
    (sum, [stride, each]) => sum + Math.ceil(width / stride) * Math.ceil(height / stride) * each,
    0,
  )
  if (found !== wanted)
    throw new Error(
      `The detector outputs ${found} boxes, but "grids" in its settings has ${wanted} anchors on ${width} × ${height} pixels: check "grids" and the size of the picture.`,
    )
}
