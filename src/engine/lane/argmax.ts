import type { ArgmaxFetch, FetchedTensor, MapSize } from '../types'
import { refuse } from './check'
import type { Numbers } from './values'

type Ids = Uint8Array | Uint16Array

/** The class with the largest value at each position. */
export function argmax(name: string, dims: readonly number[], values: Numbers, fetch: ArgmaxFetch): FetchedTensor {
  const { axis, size } = fetch
  const at = axis < 0 ? axis + dims.length : axis
  const classes = dims[at]
  if (!classes) return refuse(`The output "${name}" is ${dims.join('×')} and has no axis ${axis}.`)
  if (classes > 65536) return refuse(`The output "${name}" has ${classes} classes, more than 65536.`)
  const product = (part: readonly number[]) => part.reduce((a, b) => a * b, 1)
  const outer = product(dims.slice(0, at))
  const inner = product(dims.slice(at + 1))
  const data = classes <= 256 ? new Uint8Array(outer * inner) : new Uint16Array(outer * inner)
  if (inner === 1) argmaxRows(values, classes, data)
  else
    for (let o = 0; o < outer; o++)
      argmaxPlanes(values.subarray(o * classes * inner), classes, data.subarray(o * inner, (o + 1) * inner))
  const dtype = classes <= 256 ? 'uint8' : 'uint16'
  const places = [...dims.slice(0, at), ...dims.slice(at + 1)]
  if (!size) return { dtype, dims: places, data }
  const [height, width] = places.slice(-2) as [number, number]
  const planar = inner > 1
  if (!width || !height || width * height !== data.length)
    return refuse(`The output "${name}" is ${dims.join('×')}, which isn't the scores of one map.`)
  const steps = planar ? { place: 1, score: inner } : { place: classes, score: 1 }
  const map = { width, height, values, classes, steps, ids: data }
  return { dtype, dims: [size.height, size.width], data: inAnotherSize(map, size) }
}

interface ScoreMap {
  width: number
  height: number
  values: Numbers
  classes: number
  /**
   * The distances in memory between the scores of neighbouring positions, and between classes at one
   * position.
   */
  steps: { place: number; score: number }
  /** The best class of each position. */
  ids: Ids
}

/**
 * The best classes after bilinear interpolation of the scores between the centres of positions. Where all
 * four surrounding positions agree, so does everything between them, so scores are compared only along edges.
 */
function inAnotherSize(map: ScoreMap, size: MapSize): Ids {
  const { width, height, ids } = map
  const count = size.width * size.height
  const out = ids instanceof Uint8Array ? new Uint8Array(count) : new Uint16Array(count)
  const [left, top, wide, high] = size.box
  const across = between(size.width, left * width, wide * width, width)
  const down = between(size.height, top * height, high * height, height)
  for (let y = 0, to = 0; y < size.height; y++) {
    const above = (down.first[y] as number) * width
    const below = (down.second[y] as number) * width
    for (let x = 0; x < size.width; x++, to++) {
      const [before, after] = [across.first[x] as number, across.second[x] as number]
      const id = ids[above + before] as number
      const agree = ids[above + after] === id && ids[below + before] === id && ids[below + after] === id
      out[to] = agree
        ? id
        : bestBetween(map, above, below, before, after, down.share[y] as number, across.share[x] as number)
    }
  }
  return out
}

function bestBetween(
  { values, classes, steps }: ScoreMap,
  above: number,
  below: number,
  before: number,
  after: number,
  fall: number,
  slope: number,
): number {
  const [a, b] = [(above + before) * steps.place, (above + after) * steps.place]
  const [c, d] = [(below + before) * steps.place, (below + after) * steps.place]
  let [best, id] = [Number.NEGATIVE_INFINITY, 0]
  for (let k = 0; k < classes; k++) {
    const at = k * steps.score
    const upper = (values[a + at] as number) * (1 - slope) + (values[b + at] as number) * slope
    const lower = (values[c + at] as number) * (1 - slope) + (values[d + at] as number) * slope
    const score = upper * (1 - fall) + lower * fall
    if (score > best) {
      best = score
      id = k
    }
  }
  return id
}

/**
 * For each of `count` new positions, the two old ones around it, and how far it is from the first to the
 * second.
 */
function between(count: number, start: number, length: number, limit: number) {
  const [first, second, share] = [new Int32Array(count), new Int32Array(count), new Float64Array(count)]
  for (let i = 0; i < count; i++) {
    const at = Math.min(limit - 1, Math.max(0, start + ((i + 0.5) * length) / count - 0.5))
    first[i] = Math.floor(at)
    second[i] = Math.min(limit - 1, Math.floor(at) + 1)
    share[i] = at - Math.floor(at)
  }
  return { first, second, share }
}

/** For scores whose classes are adjacent at each position. */
function argmaxRows(values: Numbers, classes: number, out: Ids): void {
  for (let i = 0, at = 0; i < out.length; i++) {
    let best = Number.NEGATIVE_INFINITY
    for (let c = 0; c < classes; c++, at++) {
      const value = values[at] as number
      if (value > best) {
        best = value
        out[i] = c
      }
    }
  }
}

/** For one plane of scores per class. Goes plane by plane, so that memory is read in order. */
function argmaxPlanes(values: Numbers, classes: number, out: Ids): void {
  const best = new Float64Array(out.length).fill(Number.NEGATIVE_INFINITY)
  for (let c = 0, at = 0; c < classes; c++)
    for (let i = 0; i < out.length; i++, at++) {
      const value = values[at] as number
      if (value > (best[i] as number)) {
        best[i] = value
        out[i] = c
      }
    }
}
