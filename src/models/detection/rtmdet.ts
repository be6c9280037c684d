import type { FetchedTensor } from '../../engine'
import { activate } from './activation'
import type { Candidate, Kernel } from './candidates'
import type { Decoder } from './decoder'

/**
 * RTMDet without the final decoding: for each grid, scores [1, classes, H, W] and distances [1, 4, H, W] from
 * the corner of a cell to the four sides. With `kernels` [1, n, H, W], each object has the weights of a small
 * network, which computes its mask from the planes `prototypes`. With `middles` [1, 1, H, W], the centerness
 * of each cell, it is FCOS: scores are the geometric mean of both, and distances are measured from the centre
 * of a cell.
 */
export const rtmdet: Decoder = {
  tensors: ({ classes, distances, kernels, middles }) => {
    if (!classes?.length || !distances?.length)
      throw new Error('The manifest\'s settings do not name the tensors "classes" and "distances".')
    return [...classes, ...distances, ...(kernels ?? []), ...(middles ?? [])]
  },
  decode({ tensors, width }, settings, minScore) {
    const { strides = [8, 16, 32], activation, classes, distances, kernels, middles, inPixels } = settings
    const candidates: Candidate[] = []
    const tensor = (name: string | undefined) => tensors[name ?? ''] as FetchedTensor
    for (const [level, stride] of strides.entries()) {
      const [scores, sides] = [tensor(classes?.[level]), tensor(distances?.[level])]
      const columns = Math.ceil(width / stride)
      const cells = sides.data.length / 4
      const far = inPixels ? 1 : stride
      for (let cell = 0; cell < cells; cell++) {
        const [label, most] = mostLikely(scores, cell, cells)
        const middle = middles && activate(Number(tensor(middles[level]).data[cell]), activation)
        const score = activate(most, activation)
        const sure = middle === undefined ? score : Math.sqrt(score * middle)
        if (!(sure >= minScore)) continue
        const shift = middles ? 0.5 : 0
        const [x, y] = [((cell % columns) + shift) * stride, (Math.floor(cell / columns) + shift) * stride]
        const to = (side: number) => Number(sides.data[side * cells + cell]) * far
        // If opposite sides cross, there is no box.
        if (!(to(0) + to(2) > 0 && to(1) + to(3) > 0)) continue
        candidates.push({
          corners: [x - to(0), y - to(1), x + to(2), y + to(3)],
          score: sure,
          label,
          index: candidates.length,
          ...(kernels && { kernel: { x, y, stride, weights: columnOf(tensor(kernels[level]), cell, cells) } }),
        })
      }
    }
    return candidates
  },
}

/** The class with the largest score, and that score. */
function mostLikely({ data }: FetchedTensor, cell: number, cells: number): [label: number, value: number] {
  let [label, most] = [0, Number.NEGATIVE_INFINITY]
  for (let c = 0; c * cells < data.length; c++) {
    const value = Number(data[c * cells + cell])
    if (value > most) [label, most] = [c, value]
  }
  return [label, most]
}

function columnOf({ data }: FetchedTensor, cell: number, cells: number): Float32Array {
  return Float32Array.from({ length: data.length / cells }, (_, plane) => Number(data[plane * cells + cell]))
}

/**
 * Computes the mask of one object, 0 to 1, at the resolution of the planes [1, n, H, W]. At each position,
 * three layers are applied to the relative coordinates and the planes. The kernel holds the weights of all
 * three layers, then their biases.
 *
 * @param each pixels of the canvas per position of the planes
 */
export function kernelMask(
  { x, y, stride, weights }: Kernel,
  { data, dims }: FetchedTensor,
  each: number,
): Float32Array {
  const [planes, rows, columns] = dims.slice(-3) as [number, number, number]
  const size = rows * columns
  // The offsets of each layer's weights and biases.
  const from = [0, (planes + 2) * planes, (planes + 2) * planes + planes * planes]
  const added = (from[2] as number) + planes
  // The arrays are reused for all positions, because a picture has thousands of them.
  const values = [planes + 2, planes, planes, 1].map((length) => new Float32Array(length))
  const mask = new Float32Array(size)
  for (let i = 0; i < size; i++) {
    const [inputs, , , output] = values as [Float32Array, Float32Array, Float32Array, Float32Array]
    inputs[0] = (x - (i % columns) * each) / (stride * REACH)
    inputs[1] = (y - Math.floor(i / columns) * each) / (stride * REACH)
    for (let plane = 0; plane < planes; plane++) inputs[plane + 2] = data[plane * size + i] as number
    for (let layer = 0; layer < 3; layer++) {
      const [given, made] = [values[layer] as Float32Array, values[layer + 1] as Float32Array]
      for (let out = 0; out < made.length; out++) {
        let sum = weights[added + layer * planes + out] as number
        const row = (from[layer] as number) + out * given.length
        for (let k = 0; k < given.length; k++) sum += (given[k] as number) * (weights[row + k] as number)
        made[out] = layer < 2 ? Math.max(0, sum) : sum
      }
    }
    mask[i] = activate(output[0] as number, 'sigmoid')
  }
  return mask
}

/** Relative coordinates are divided by this many cells, as in training. */
const REACH = 8

/** The number of weights and biases in an object's network, for this many planes. */
export const kernelLength = (planes: number) => (planes + 2) * planes + planes * planes + planes + 2 * planes + 1
