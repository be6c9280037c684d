import type { FetchedTensor } from '../../engine'
import { activate } from './activation'
import type { Candidate } from './candidates'
import type { Decoder } from './decoder'

/**
 * RTMDet without its last steps: for each grid [1, classes, H, W] scores and [1, 4, H, W] distances to the four sides, from the corner
 * of a cell. With `kernels` [1, n, H, W] each thing has a small network of its own, which finds its mask in the planes of `prototypes`.
 */
export const rtmdet: Decoder = {
  tensors: ({ classes, distances, kernels }) => {
    if (!classes?.length || !distances?.length)
      throw new Error('The manifest\'s settings do not name the tensors "classes" and "distances".')
    return [...classes, ...distances, ...(kernels ?? [])]
  },
  decode({ tensors, width }, { strides = [8, 16, 32], activation, classes, distances, kernels, inPixels }, minScore) {
    const candidates: Candidate[] = []
    const tensor = (name: string | undefined) => tensors[name ?? ''] as FetchedTensor
    for (const [level, stride] of strides.entries()) {
      const [scores, sides] = [tensor(classes?.[level]), tensor(distances?.[level])]
      const columns = Math.ceil(width / stride)
      const cells = sides.data.length / 4
      const count = scores.data.length / cells
      const far = inPixels ? 1 : stride
      for (let cell = 0; cell < cells; cell++) {
        let [label, most] = [0, Number.NEGATIVE_INFINITY]
        for (let c = 0; c < count; c++) {
          const value = Number(scores.data[c * cells + cell])
          if (value > most) [label, most] = [c, value]
        }
        const score = activate(most, activation)
        if (!(score >= minScore)) continue
        const [x, y] = [(cell % columns) * stride, Math.floor(cell / columns) * stride]
        const to = (side: number) => Number(sides.data[side * cells + cell]) * far
        candidates.push({
          corners: [x - to(0), y - to(1), x + to(2), y + to(3)],
          score,
          label,
          index: candidates.length,
          ...(kernels && { kernel: { x, y, stride, weights: columnOf(tensor(kernels[level]), cell, cells) } }),
        })
      }
    }
    return candidates
  },
}

function columnOf({ data }: FetchedTensor, cell: number, cells: number): Float32Array {
  return Float32Array.from({ length: data.length / cells }, (_, plane) => Number(data[plane * cells + cell]))
}

/** A small network that finds one thing's mask, and where the thing is: pixels of the canvas. */
export interface Kernel {
  x: number
  y: number
  stride: number
  weights: Float32Array
}

/**
 * The mask of one thing, from 0 to 1, on the grid of the planes [1, n, H, W]: three layers at each place, of its own distance from the
 * thing and its planes. First all weights of the three layers, then what is added.
 *
 * @param each pixels of the canvas from one place of the grid to the next
 */
export function kernelMask(
  { x, y, stride, weights }: Kernel,
  { data, dims }: FetchedTensor,
  each: number,
): Float32Array {
  const [planes, rows, columns] = dims.slice(-3) as [number, number, number]
  const size = rows * columns
  const [first, second] = [(planes + 2) * planes, planes * planes]
  const layers = [weights.subarray(0, first), weights.subarray(first, first + second), weights.subarray(first + second)]
  const added = weights.subarray(first + second + planes)
  const inputs = new Float32Array(planes + 2)
  const layer = (given: Float32Array, at: number, count: number) =>
    Float32Array.from({ length: count }, (_, out) => {
      let sum = added[at * planes + out] as number
      for (const [k, value] of given.entries()) sum += value * (layers[at]?.[out * given.length + k] as number)
      return at < 2 ? Math.max(0, sum) : sum
    })
  return Float32Array.from({ length: size }, (_, i) => {
    inputs[0] = (x - (i % columns) * each) / (stride * REACH)
    inputs[1] = (y - Math.floor(i / columns) * each) / (stride * REACH)
    for (let plane = 0; plane < planes; plane++) inputs[plane + 2] = Number(data[plane * size + i])
    const [value = 0] = layer(layer(layer(inputs, 0, planes), 1, planes), 2, 1)
    return activate(value, 'sigmoid')
  })
}

/** Cells that count as far away. */
const REACH = 8

/** How many numbers the small network of a thing has for so many planes. */
export const kernelLength = (planes: number) => (planes + 2) * planes + planes * planes + planes + 2 * planes + 1
