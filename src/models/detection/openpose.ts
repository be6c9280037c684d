import type { FetchedTensor } from '../../engine'
import type { Candidate } from './candidates'
import { type Decoder, needed } from './decoder'

/**
 * Two connected keypoints of a body, and the first of the two planes of the vector field that leads from one
 * to the other.
 */
type Limb = [from: number, to: number, plane: number]

/** The number of heat maps without the background's, the number of field planes, and the limbs. */
interface Skeleton {
  points: number
  fields: number
  limbs: Limb[]
}

const COCO: Skeleton = {
  points: 18,
  fields: 38,
  limbs: [
    [1, 2, 12],
    [1, 5, 20],
    [2, 3, 14],
    [3, 4, 16],
    [5, 6, 22],
    [6, 7, 24],
    [1, 8, 0],
    [8, 9, 2],
    [9, 10, 4],
    [1, 11, 6],
    [11, 12, 8],
    [12, 13, 10],
    [1, 0, 28],
    [0, 14, 30],
    [14, 16, 34],
    [0, 15, 32],
    [15, 17, 36],
  ],
}
/** With the feet, and a point between the hips. */
const BODY_25: Skeleton = {
  points: 25,
  fields: 52,
  limbs: [
    [1, 8, 0],
    [1, 2, 14],
    [1, 5, 22],
    [2, 3, 16],
    [3, 4, 18],
    [5, 6, 24],
    [6, 7, 26],
    [8, 9, 6],
    [9, 10, 2],
    [10, 11, 4],
    [8, 12, 8],
    [12, 13, 10],
    [13, 14, 12],
    [1, 0, 30],
    [0, 15, 32],
    [15, 17, 36],
    [0, 16, 34],
    [16, 18, 38],
    [14, 19, 40],
    [19, 20, 42],
    [14, 21, 44],
    [11, 22, 46],
    [22, 23, 48],
    [11, 24, 50],
  ],
}

/**
 * The skeleton for a tensor with this many planes. The tensor contains only the fields, or the heat maps
 * followed by the fields.
 */
function skeletonOf(planes: number): Skeleton {
  return planes === BODY_25.fields || planes === BODY_25.fields + BODY_25.points + 1 ? BODY_25 : COCO
}

/**
 * The minimum height of a peak, the minimum field strength along a limb, the number of samples along a limb,
 * and how many of them must reach that strength.
 */
const [LEAST_PEAK, LEAST_FIELD, PLACES, LEAST_PLACES] = [0.1, 0.05, 10, 8]
/** The minimum number of keypoints in a body. */
const FEWEST = 3

interface Peak {
  x: number
  y: number
  score: number
}
type Body = (Peak | undefined)[]

/** The field planes. They may follow the heat maps in the same tensor. */
function fieldsOf({ dims, data, dtype }: FetchedTensor, fields: number, cells: number): FetchedTensor {
  const before = (dims.at(-3) ?? 0) - fields
  return { dtype, dims: [1, fields, ...dims.slice(-2)], data: (data as Float32Array).subarray(before * cells) }
}

/**
 * OpenPose for several people: one heat map for each of 18 or 25 keypoints, and one vector field along each
 * limb.
 */
export const openpose: Decoder = {
  tensors: (settings) => [needed(settings, 'output'), needed(settings, 'ends')],
  decode({ tensors, width, height }, settings, minScore) {
    const maps = tensors[needed(settings, 'output')] as FetchedTensor
    const [rows, columns] = maps.dims.slice(-2) as [number, number]
    const ends = tensors[needed(settings, 'ends')] as FetchedTensor
    const { points, limbs, fields: planes } = skeletonOf(ends.dims.at(-3) ?? 0)
    const fields = fieldsOf(ends, planes, rows * columns)
    const peaks = Array.from({ length: points }, (_, point) => peaksOf(maps, point, rows, columns))
    const at = ({ x, y }: Peak): [number, number] => [((x + 0.5) / columns) * width, ((y + 0.5) / rows) * height]
    return bodiesOf(peaks, limbs, fields, rows, columns).flatMap((body, index): Candidate[] => {
      const known = body.filter((peak) => peak !== undefined)
      const score = known.reduce((sum, peak) => sum + peak.score, 0) / Math.max(1, known.length)
      if (known.length < FEWEST || score < minScore) return []
      const places = known.map(at)
      const [xs, ys] = [places.map(([x]) => x), places.map(([, y]) => y)]
      const corners: Candidate['corners'] = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
      const middle: [number, number] = [(corners[0] + corners[2]) / 2, (corners[1] + corners[3]) / 2]
      return [
        {
          corners,
          score,
          label: 0,
          index,
          landmarks: Array.from({ length: points }, (_, i) => (body[i] ? at(body[i] as Peak) : middle)),
          landmarkScores: Array.from({ length: points }, (_, i) => body[i]?.score ?? 0),
        },
      ]
    })
  },
}

/** The local maxima of a map. */
function peaksOf({ data }: FetchedTensor, point: number, rows: number, columns: number): Peak[] {
  const value = (x: number, y: number) =>
    x < 0 || y < 0 || x >= columns || y >= rows ? 0 : Number(data[(point * rows + y) * columns + x])
  const peaks: Peak[] = []
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      const score = value(x, y)
      if (score < LEAST_PEAK) continue
      // If two neighbours are equally high, only the first counts.
      const isHighest = [-1, 0, 1].every((dy) =>
        [-1, 0, 1].every((dx) => {
          const other = value(x + dx, y + dy)
          return other < score || (dx === 0 && dy === 0) || (other === score && (dy > 0 || (dy === 0 && dx > 0)))
        }),
      )
      if (isHighest) peaks.push({ x, y, score })
    }
  return peaks
}

/** Joins keypoints into bodies, one limb at a time. */
function bodiesOf(
  peaks: Peak[][],
  limbs: readonly Limb[],
  fields: FetchedTensor,
  rows: number,
  columns: number,
): Body[] {
  let bodies: Body[] = []
  for (const [from, to, plane] of limbs) {
    const strength = (a: Peak, b: Peak) => strengthOf(a, b, fields, plane, rows, columns)
    for (const [a, b] of limbsOf(peaks[from] ?? [], peaks[to] ?? [], strength))
      bodies = joined(bodies, [from, a], [to, b])
  }
  return bodies
}

/** The pairs of keypoints that a limb may join, best first. Each keypoint is used once. */
function limbsOf(from: Peak[], to: Peak[], strength: (a: Peak, b: Peak) => number): [Peak, Peak][] {
  const pairs = from.flatMap((a) => to.map((b) => ({ a, b, strength: strength(a, b) })))
  const taken = new Set<Peak>()
  return pairs
    .filter((pair) => pair.strength > 0)
    .sort((one, other) => other.strength - one.strength)
    .flatMap(({ a, b }): [Peak, Peak][] => {
      if (taken.has(a) || taken.has(b)) return []
      taken.add(a).add(b)
      return [[a, b]]
    })
}

/**
 * Adds a limb to the bodies: it extends a body that has one of its keypoints, joins two bodies, or starts a
 * new one.
 */
function joined(bodies: Body[], [from, a]: [number, Peak], [to, b]: [number, Peak]): Body[] {
  const [first, second] = [bodies.find((body) => body[from] === a), bodies.find((body) => body[to] === b)]
  const body = first ?? second
  if (!body) {
    const made: Body = []
    made[from] = a
    made[to] = b
    return [...bodies, made]
  }
  if (first && second && first !== second) {
    // Two bodies with a keypoint in common aren't merged.
    if (first.some((peak, i) => peak && second[i])) return bodies
    for (const [i, peak] of second.entries()) first[i] ??= peak
    return bodies.filter((each) => each !== second)
  }
  body[from] ??= a
  body[to] ??= b
  return bodies
}

/** How strongly the field points from one keypoint to the other; 0 if it doesn't. */
function strengthOf(a: Peak, b: Peak, { data }: FetchedTensor, plane: number, rows: number, columns: number): number {
  const length = Math.hypot(b.x - a.x, b.y - a.y)
  if (length === 0) return 0
  const [dx, dy] = [(b.x - a.x) / length, (b.y - a.y) / length]
  let [sum, strong] = [0, 0]
  for (let i = 0; i < PLACES; i++) {
    const share = i / (PLACES - 1)
    const place = Math.round(a.y + share * (b.y - a.y)) * columns + Math.round(a.x + share * (b.x - a.x))
    const along =
      Number(data[plane * rows * columns + place]) * dx + Number(data[(plane + 1) * rows * columns + place]) * dy
    sum += along
    if (along > LEAST_FIELD) strong++
  }
  return strong >= LEAST_PLACES ? sum / PLACES : 0
}
