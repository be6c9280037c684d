import type { ArgmaxFetch, FetchedTensor, MapSize } from '../types'
import { refuse } from './check'
import type { Numbers } from './unpack'

type Ids = Uint8Array | Uint16Array

/** The class with the largest value at each place. */
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
    return refuse(`The output "${name}" is ${dims.join('×')}, which is not the scores of one map.`)
  const steps = planar ? { place: 1, score: inner } : { place: classes, score: 1 }
  const map = { width, height, values, classes, steps, ids: data }
  return { dtype, dims: [size.height, size.width], data: inAnotherSize(map, size) }
}

interface ScoreMap {
  width: number
  height: number
  values: Numbers
  classes: number
  /** How far apart the scores of two neighbouring places lie, and of two classes at one place. */
  steps: { place: number; score: number }
  /** The best class of each place. */
  ids: Ids
}

/**
 * The best classes of the scores as bilinear interpolation between the centres of places has them. Where all four places
 * around agree, so does everything between them; only along the edges scores have to be compared.
 */
function inAnotherSize({ width, height, values, classes, steps, ids }: ScoreMap, size: MapSize): Ids {
  const out =
    ids instanceof Uint8Array ? new Uint8Array(size.width * size.height) : new Uint16Array(size.width * size.height)
  const [left, top, wide, high] = size.box
  const across = between(size.width, left * width, wide * width, width)
  const down = between(size.height, top * height, high * height, height)
  let to = 0
  for (const [above, below, fall] of down) {
    for (const [before, after, slope] of across) {
      const corners = [
        above * width + before,
        above * width + after,
        below * width + before,
        below * width + after,
      ] as const
      const [a, b, c, d] = corners
      const id = ids[a] as number
      if (ids[b] === id && ids[c] === id && ids[d] === id) {
        out[to++] = id
        continue
      }
      let best = Number.NEGATIVE_INFINITY
      for (let k = 0; k < classes; k++) {
        const score = (place: number) => values[place * steps.place + k * steps.score] as number
        const value =
          (score(a) * (1 - slope) + score(b) * slope) * (1 - fall) + (score(c) * (1 - slope) + score(d) * slope) * fall
        if (value > best) {
          best = value
          out[to] = k
        }
      }
      to++
    }
  }
  return out
}

/** For each of `count` new places the two old ones it lies between, and how far towards the second. */
function between(count: number, start: number, length: number, limit: number): [number, number, number][] {
  return Array.from({ length: count }, (_, i) => {
    const at = Math.min(limit - 1, Math.max(0, start + ((i + 0.5) * length) / count - 0.5))
    const first = Math.floor(at)
    return [first, Math.min(limit - 1, first + 1), at - first]
  })
}

/** The classes of one place lie side by side. */
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

/** One plane a class, so plane after plane: memory is read in order. */
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
