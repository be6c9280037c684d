import type { FetchedTensor } from '../../engine'
import type { Candidate } from './candidates'
import { type Decoder, needed } from './decoder'
import { boxAround } from './turned'

/**
 * EAST: a map `output` of the text score of each cell. `boxes` holds, for each cell, the distances in pixels
 * to the top, right, bottom and left side of its rotated box, and the box's anticlockwise rotation in
 * radians. The planes may be the first or the last dimension.
 */
export const east: Decoder = {
  tensors: (settings) => [needed(settings, 'output'), needed(settings, 'boxes')],
  decode({ tensors, width, height }, settings, minScore) {
    const scores = tensors[needed(settings, 'output')] as FetchedTensor
    const boxes = tensors[needed(settings, 'boxes')] as FetchedTensor
    const isLast = boxes.dims.at(-1) === PLANES
    const [rows, columns] = boxes.dims.slice(isLast ? 1 : 2) as [number, number]
    const cells = rows * columns
    const value = (plane: number, cell: number) =>
      Number(boxes.data[isLast ? cell * PLANES + plane : plane * cells + cell])
    const candidates: Candidate[] = []
    for (let cell = 0; cell < cells; cell++) {
      const score = Number(scores.data[cell])
      if (!(score >= minScore)) continue
      const [top, right, bottom, left, angle] = [0, 1, 2, 3, 4].map((plane) => value(plane, cell)) as Sides
      const [x, y] = [((cell % columns) * width) / columns, (Math.floor(cell / columns) * height) / rows]
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
      const corners = [
        [-left, -top],
        [right, -top],
        [right, bottom],
        [-left, bottom],
      ] as const
      const outline = corners.map(([across, down]): [number, number] => [
        x + across * cos + down * sin,
        y - across * sin + down * cos,
      ])
      candidates.push({ corners: boxAround(outline), score, label: 0, index: candidates.length, outline })
    }
    return candidates
  },
}

const PLANES = 5
type Sides = [top: number, right: number, bottom: number, left: number, angle: number]
