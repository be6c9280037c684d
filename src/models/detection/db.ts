import type { FetchedTensor } from '../../engine'
import type { Candidate } from './candidates'
import { type Decoder, needed } from './decoder'
import { type Point, parts } from './parts'
import { boxAround } from './turned'

/** Above this score, a pixel belongs to a line. */
const THERE = 0.3
/** The minimum width and height of a line in pixels. Smaller regions are noise. */
const LEAST_SIDE = 3
/**
 * The network marks lines smaller than they are. Each box grows on every side by this factor times its area
 * divided by its perimeter.
 */
const GROWN = 1.5
/** The maximum number of lines. */
const MOST = 1000

/** DBNet: one map [1, 1, H, W] of each pixel's text score; each connected part is a line, in a rotated box. */
export const db: Decoder = {
  tensors: (settings) => [needed(settings, 'output')],
  decode({ tensors, width, height }, settings, minScore) {
    const { dims, data } = tensors[needed(settings, 'output')] as FetchedTensor
    const [rows, columns] = dims.slice(-2) as [number, number]
    const map = data as Float32Array
    const [across, down] = [width / columns, height / rows]
    const candidates: Candidate[] = []
    for (const part of parts(map, columns, rows, THERE)) {
      if (candidates.length === MOST) break
      const box = smallestBox(part)
      if (Math.min(box.width, box.height) < LEAST_SIDE) continue
      const score = meanIn(map, columns, rows, cornersOf(box))
      if (score < minScore) continue
      const by = (box.width * box.height * (settings.grown ?? GROWN)) / (2 * (box.width + box.height))
      const larger = { ...box, width: box.width + 2 * by, height: box.height + 2 * by }
      if (Math.min(larger.width, larger.height) < LEAST_SIDE + 2) continue
      const outline = inOrder(cornersOf(larger)).map(([x, y]): Point => [x * across, y * down])
      candidates.push({ corners: boxAround(outline), score, label: 0, index: candidates.length, outline })
    }
    return candidates
  },
}

interface TurnedBox {
  middle: Point
  width: number
  height: number
  /** Radians, clockwise. */
  angle: number
}

/**
 * The smallest rotated rectangle around the points. One of its sides always lies along an edge of the convex
 * hull.
 */
function smallestBox(points: Point[]): TurnedBox {
  const hull = hullOf(points)
  let best: TurnedBox | undefined
  for (const [i, [x, y]] of hull.entries()) {
    const [nx, ny] = hull[(i + 1) % hull.length] as Point
    const angle = Math.atan2(ny - y, nx - x)
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
    for (const [px, py] of hull) {
      const [across, down] = [px * cos + py * sin, py * cos - px * sin]
      if (across < left) left = across
      if (across > right) right = across
      if (down < top) top = down
      if (down > bottom) bottom = down
    }
    const [width, height] = [right - left, bottom - top]
    if (best && width * height >= best.width * best.height) continue
    const [mx, my] = [(left + right) / 2, (top + bottom) / 2]
    best = { middle: [mx * cos - my * sin, mx * sin + my * cos], width, height, angle }
  }
  return best as TurnedBox
}

/** The convex hull of the points, in order (Andrew's monotone chain). */
function hullOf(points: Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1])
  const half = (all: Point[]) => {
    const chain: Point[] = []
    for (const point of all) {
      while (chain.length > 1 && turn(chain.at(-2) as Point, chain.at(-1) as Point, point) <= 0) chain.pop()
      chain.push(point)
    }
    return chain.slice(0, -1)
  }
  const hull = [...half(sorted), ...half(sorted.reverse())]
  return hull.length > 0 ? hull : points.slice(0, 1)
}

const turn = (a: Point, b: Point, c: Point) => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

function cornersOf({ middle: [x, y], width, height, angle }: TurnedBox): Point[] {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const sides = [
    [-0.5, -0.5],
    [0.5, -0.5],
    [0.5, 0.5],
    [-0.5, 0.5],
  ] as const
  return sides.map(([across, along]) => {
    const [right, down] = [across * width, along * height]
    return [x + right * cos - down * sin, y + right * sin + down * cos]
  })
}

/** Clockwise from the upper left, as seen in the picture. */
function inOrder(corners: Point[]): Point[] {
  const [a, b, c, d] = [...corners].sort((one, other) => one[0] - other[0]) as [Point, Point, Point, Point]
  const [topLeft, bottomLeft] = a[1] <= b[1] ? [a, b] : [b, a]
  const [topRight, bottomRight] = c[1] <= d[1] ? [c, d] : [d, c]
  return [topLeft, topRight, bottomRight, bottomLeft]
}

/** The mean of the map inside a box, edges included. */
function meanIn(map: Float32Array, columns: number, rows: number, corners: Point[]): number {
  const [, top, , bottom] = boxAround(corners)
  let [sum, count] = [0, 0]
  for (let y = Math.max(0, Math.floor(top)); y <= Math.min(rows - 1, Math.ceil(bottom)); y++) {
    const [left, right] = rowOf(corners, y)
    for (let x = Math.max(0, Math.ceil(left)); x <= Math.min(columns - 1, Math.floor(right)); x++) {
      sum += map[y * columns + x] as number
      count++
    }
  }
  return count > 0 ? sum / count : 0
}

/** The left and right end of a row inside a box; [∞, −∞] if the row doesn't cross the box. */
function rowOf(corners: Point[], y: number): [left: number, right: number] {
  let [left, right] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const [i, [ax, ay]] of corners.entries()) {
    const [bx, by] = corners[(i + 1) % corners.length] as Point
    if (y < Math.min(ay, by) - NEAR || y > Math.max(ay, by) + NEAR) continue
    const share = by === ay ? 0 : Math.min(1, Math.max(0, (y - ay) / (by - ay)))
    const x = ax + (bx - ax) * share
    const ends = by === ay ? [ax, bx] : [x, x]
    left = Math.min(left, ...ends)
    right = Math.max(right, ...ends)
  }
  return [left - NEAR, right + NEAR]
}

/** Tolerance for rounding errors. */
const NEAR = 1e-6
