import type { FetchedTensor } from '../engine'
import { activate } from './detection/activation'
import type { FetchSpec } from './manifest'
import type { Original } from './tensor-outputs'

type Point = [x: number, y: number]

/**
 * Port name → value: the points as fractions of the input picture and, if the fetch asks for it, the
 * confidence of each point.
 */
export function finishPoints(
  {
    to,
    size,
    order = 'xy',
    scores,
    skip = 0,
    each = size,
    count: most,
    unit,
    ...of
  }: Extract<FetchSpec, { kind: 'points' }>,
  { data }: FetchedTensor,
  original: Original | undefined,
): Record<string, unknown> {
  const room = Math.max(0, Math.floor((data.length - skip - size) / each) + 1)
  const count = Math.min(most ?? room, room)
  const number = (i: number, k: number) => Number(data[skip + i * each + k])
  const [x, y] = order === 'yx' ? [1, 0] : [0, 1]
  const places = Array.from({ length: count }, (_, i): Point => [number(i, x), number(i, y)])
  const scoreAt = of.scoreAt ?? (size === 3 ? 2 : undefined)
  const sure = (i: number) => (scoreAt === undefined ? 1 : activate(number(i, scoreAt), of.activation))
  const isCentered = unit === 'centered'
  const isPixels = !isCentered && places.flat().some((value) => Math.abs(value) > 2)
  const { width, height } = original?.placement ?? { width: 1, height: 1 }
  const shareOf = ([left, top]: Point): Point =>
    isCentered ? [(left + 1) / 2, (top + 1) / 2] : isPixels ? [left / width, top / height] : [left, top]
  const shares = places.map(shareOf)
  return {
    [to]: shares.map((place) => onPicture(place, original)),
    ...(scores && { [scores]: Float32Array.from({ length: count }, (_, i) => sure(i)) }),
  }
}

/**
 * The same for heat maps.
 *
 * @param beside for maps split into rows and columns, the vertical ones (`down`); for others, the offset of
 * each point from its cell (`offsets`)
 */
export function finishPeaks(
  { to, layout = 'NCHW', scores }: Extract<FetchSpec, { kind: 'peaks' }>,
  maps: FetchedTensor,
  { down, offsets }: { down?: FetchedTensor | undefined; offsets?: FetchedTensor | undefined },
  original: Original | undefined,
): Record<string, unknown> {
  const canvas = original?.placement ?? { width: 1, height: 1 }
  const peaks = down
    ? rowPeaks(maps, down)
    : offsets
      ? offsetPeaks(maps, offsets, layout, canvas)
      : mapPeaks(maps, layout)
  return {
    [to]: peaks.map(({ place }) => onPicture(place, original)),
    ...(scores && { [scores]: Float32Array.from(peaks, ({ score }) => score) }),
  }
}

/** Position as a fraction of the model's canvas. */
interface Peak {
  place: Point
  score: number
}

function mapPeaks(maps: FetchedTensor, layout: Planes): Peak[] {
  const { points, width, height, value } = planesOf(maps, layout)
  return Array.from({ length: points }, (_, point) => {
    const { left, top, score } = brightest(maps, layout, point)
    const x = left + leaning(left, width, (at) => value(point, at, top))
    const y = top + leaning(top, height, (at) => value(point, left, at))
    return { place: [x / width, y / height], score }
  })
}

/**
 * The first half of `offsets` holds each point's vertical offset from its cell in pixels, the second half the
 * horizontal ones.
 */
function offsetPeaks(
  maps: FetchedTensor,
  offsets: FetchedTensor,
  layout: Planes,
  canvas: { width: number; height: number },
): Peak[] {
  const { points, width, height } = planesOf(maps, layout)
  const off = planesOf(offsets, layout).value
  // With an odd canvas size such as 257, the first and the last of 17 cells are exactly on the edges.
  const stride = (side: number, cells: number) => (side % 2 === 1 ? (side - 1) / (cells - 1) : side / cells)
  const [across, down] = [stride(canvas.width, width), stride(canvas.height, height)]
  return Array.from({ length: points }, (_, point) => {
    const { left, top, score } = brightest(maps, layout, point)
    const x = left * across + off(points + point, left, top)
    const y = top * down + off(point, left, top)
    return { place: [x / canvas.width, y / canvas.height], score }
  })
}

type Planes = 'NCHW' | 'NHWC'

function planesOf({ dims, data }: FetchedTensor, layout: Planes) {
  const isLast = layout === 'NHWC'
  const [points, height, width] = (isLast ? [dims.at(-1), ...dims.slice(-3, -1)] : dims.slice(-3)) as [
    number,
    number,
    number,
  ]
  const [step, plane] = isLast ? [points, 1] : [1, width * height]
  const value = (point: number, x: number, y: number) => Number(data[point * plane + (y * width + x) * step] ?? 0)
  return { points, height, width, value }
}

/** The position of the largest value in a map. */
function brightest(maps: FetchedTensor, layout: Planes, point: number): { left: number; top: number; score: number } {
  const { width, height, value } = planesOf(maps, layout)
  let [score, left, top] = [Number.NEGATIVE_INFINITY, 0, 0]
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) if (value(point, x, y) > score) [score, left, top] = [value(point, x, y), x, y]
  return { left, top, score }
}

/** Moves a peak by a quarter of a cell towards its larger neighbour, the usual decoding of heat maps. */
function leaning(at: number, length: number, value: (at: number) => number): number {
  return at > 0 && at < length - 1 ? Math.sign(value(at + 1) - value(at - 1)) / 4 : 0
}

function rowPeaks(across: FetchedTensor, down: FetchedTensor): Peak[] {
  const [points, width] = across.dims.slice(-2) as [number, number]
  const height = down.dims.at(-1) as number
  return Array.from({ length: points }, (_, point) => {
    const [x, y] = [largest(across, point, width), largest(down, point, height)]
    return { place: [x.at / width, y.at / height], score: Math.min(x.score, y.score) }
  })
}

/** The largest number in a row, and its index. */
function largest({ data }: FetchedTensor, row: number, length: number): { at: number; score: number } {
  const found = { at: 0, score: Number.NEGATIVE_INFINITY }
  for (let at = 0; at < length; at++) {
    const score = Number(data[row * length + at])
    if (score > found.score) Object.assign(found, { at, score })
  }
  return found
}

/** Converts fractions of the model's canvas to fractions of the picture on it. */
function onPicture([x, y]: Point, original: Original | undefined): Point {
  if (!original) return [x, y]
  const { width, height, box } = original.placement
  return [(x * width - box.left) / box.width, (y * height - box.top) / box.height]
}
