import { type Audio, type Image, isAudio, isImage, isSegmentation, type Segmentation, ValueError } from '../types'

/**
 * The kind of an example. Only examples of the same kind can be compared: `picture`, `sound`, `vector 3`
 * (numbers), `points 21`, `map 12` (labels).
 */
export type FeatureKind = string

/** Features, or the picture or sound from which a network extracts them. */
export type Thing =
  | { kind: FeatureKind; features: Float32Array }
  | { kind: 'picture'; picture: Image }
  | { kind: 'sound'; sound: Audio }

const MAX_NUMBERS = 16_384
/** With more labels than this, only the area of each label counts, not its position. */
export const MAX_PLACED_LABELS = 64

/**
 * The features of a value; null if it is empty, such as an empty list of things.
 *
 * @throws ValueError for values that have no features
 */
export function thingOf(value: unknown): Thing | null {
  if (isImage(value)) return { kind: 'picture', picture: value }
  if (isAudio(value)) return { kind: 'sound', sound: value }
  if (isSegmentation(value)) return { kind: `map ${value.labels.length}`, features: mapFeatures(value) }
  if (Array.isArray(value) && value.length === 0) return null
  const points = pointsIn(value)
  if (points) return { kind: `points ${points.length}`, features: pointFeatures(points) }
  const numbers = numbersIn(value)
  if (numbers) return { kind: `vector ${numbers.length}`, features: numbers }
  throw new ValueError('it must be a picture, a sound, a vector, points or a label map')
}

export function kindInWords(kind: FeatureKind): string {
  const [what, count] = kind.split(' ')
  if (what === 'vector') return count === '1' ? 'single numbers' : `vectors of ${count} numbers`
  if (what === 'points') return `lists of ${count} points`
  if (what === 'map') return `label maps with ${count} labels`
  return what === 'sound' ? 'sounds' : 'pictures'
}

/** The number of features of a kind; null for pictures and sounds, for which it depends on the network. */
export function lengthOf(kind: FeatureKind): number | null {
  const [what, given] = kind.split(' ')
  const count = Number(given)
  if (what === 'points') return 2 * count + 3
  if (what === 'map') return count * areasOf(count)
  return what === 'vector' ? count : null
}

/** The areas of a label map that are measured: the whole map and its quarters. */
const areasOf = (labels: number) => (labels > MAX_PLACED_LABELS ? 1 : 5)

function numbersIn(value: unknown): Float32Array | null {
  const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView) && !isBytes(value))
  const list = typeof value === 'number' ? [value] : isList ? (value as ArrayLike<unknown>) : null
  if (!list || list.length === 0) return null
  if (list.length > MAX_NUMBERS)
    throw new ValueError(`a vector may have at most ${MAX_NUMBERS} numbers here (got ${list.length})`)
  const numbers = Float32Array.from(list as ArrayLike<number>)
  for (let i = 0; i < numbers.length; i++) {
    const given = list[i]
    if (typeof given !== 'number') return null
    if (!Number.isFinite(numbers[i]))
      throw new ValueError(`number ${i + 1} of the vector is ${given}, but must be a finite number`)
  }
  return numbers
}

/** A Buffer is a file, not a vector. */
const isBytes = (value: ArrayBufferView) => typeof Buffer !== 'undefined' && Buffer.isBuffer(value)

type Point = readonly [x: number, y: number]

/**
 * The points in a list of points, or of the first thing with points, such as a face or a hand.
 * @throws ValueError for a point without a position
 */
function pointsIn(value: unknown): Point[] | null {
  const points = pairsIn(value)
  points?.forEach(([x, y], i) => {
    if (!Number.isFinite(x) || !Number.isFinite(y))
      throw new ValueError(`point ${i + 1} is (${x}, ${y}), but must have finite numbers`)
  })
  return points?.map(([x, y]) => [x, y] as const) ?? null
}

function pairsIn(value: unknown): readonly Point[] | null {
  if (isPairs(value)) return value
  const [first] = Array.isArray(value) ? value : [value]
  if (typeof first !== 'object' || first === null || Array.isArray(first) || ArrayBuffer.isView(first)) return null
  return Object.values(first).find(isPairs) ?? null
}

function isPairs(value: unknown): value is Point[] {
  if (!Array.isArray(value) || value.length < 2) return false
  return value.every((pair) => Array.isArray(pair) && typeof pair[0] === 'number' && typeof pair[1] === 'number')
}

/** The shape of the points, independent of position and size, followed by their position and size. */
function pointFeatures(points: readonly Point[]): Float32Array {
  const n = points.length
  const x = points.reduce((sum, [x]) => sum + x, 0) / n
  const y = points.reduce((sum, [, y]) => sum + y, 0) / n
  const size = Math.sqrt(points.reduce((sum, point) => sum + (point[0] - x) ** 2 + (point[1] - y) ** 2, 0) / n) || 1
  return Float32Array.from([...points.flatMap((point) => [(point[0] - x) / size, (point[1] - y) / size]), x, y, size])
}

/** The fraction of each label in the map and in each quarter. Square roots give small areas more weight. */
function mapFeatures({ width, height, data, labels }: Segmentation): Float32Array {
  const count = labels.length
  const areas = areasOf(count)
  const found = new Float64Array(count * areas)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const id = data[y * width + x] as number
      ;(found[id] as number)++
      if (areas === 1) continue
      const quarter = 1 + (2 * y >= height ? 2 : 0) + (2 * x >= width ? 1 : 0)
      found[quarter * count + id] = (found[quarter * count + id] as number) + 2
    }
  }
  return Float32Array.from(found, (pixels) => Math.sqrt(pixels / (width * height)))
}
