import type { FetchedTensor } from '../../engine'
import type { Kernel } from './rtmdet'
import { outlineOverlap } from './turned'

/** Left, top, right, bottom. */
export type Corners = [number, number, number, number]

/** A thing that may be there. */
export interface Candidate {
  /** In the unit of the settings. */
  corners: Corners
  score: number
  /** Class number of the model. */
  label: number
  /** Its place among the model's things, for masks. */
  index: number
  /** x and y of each, in the unit of the corners. */
  landmarks?: [number, number][]
  /** The confidence in each of them, if the network states it. */
  landmarkScores?: number[]
  /** The corners of its box, if rotated; then `corners` is the upright box around it. */
  outline?: [number, number][]
  /** The weight of each prototype in its mask. */
  mixture?: number[]
  /** The weights that find its mask in the prototypes. */
  kernel?: Kernel
}

type Numbers = ArrayLike<number | bigint>

export const numbersOf = ({ data }: FetchedTensor): Numbers => data as Numbers

/** The best of `count` numbers that are `step` apart from `start`. */
export function bestOf(numbers: Numbers, start: number, count: number, step = 1): { label: number; score: number } {
  let [label, score] = [0, Number.NEGATIVE_INFINITY]
  for (let k = 0; k < count; k++) {
    const value = Number(numbers[start + k * step])
    if (value > score) [label, score] = [k, value]
  }
  return { label, score }
}

export function aroundCenter(x: number, y: number, width: number, height: number): Corners {
  return [x - width / 2, y - height / 2, x + width / 2, y + height / 2]
}

/**
 * The best candidates of each class, none of which overlaps a better one by more than `maxOverlap` (intersection over
 * union), best first.
 */
export function suppress(candidates: Candidate[], maxOverlap: number): Candidate[] {
  const kept: Candidate[] = []
  const ofClass = new Map<number, Candidate[]>()
  for (const candidate of [...candidates].sort((a, b) => b.score - a.score)) {
    const same = ofClass.get(candidate.label) ?? []
    if (same.some((other) => overlapOf(other, candidate) > maxOverlap)) continue
    kept.push(candidate)
    same.push(candidate)
    ofClass.set(candidate.label, same)
  }
  return kept
}

function overlapOf(one: Candidate, other: Candidate): number {
  const upright = overlap(one.corners, other.corners)
  return upright > 0 && one.outline && other.outline ? outlineOverlap(one.outline, other.outline) : upright
}

/** Intersection over union. */
export function overlap(a: Corners, b: Corners): number {
  const shared = side(Math.max(a[0], b[0]), Math.min(a[2], b[2])) * side(Math.max(a[1], b[1]), Math.min(a[3], b[3]))
  const union = side(a[0], a[2]) * side(a[1], a[3]) + side(b[0], b[2]) * side(b[1], b[3]) - shared
  return union > 0 ? shared / union : 0
}

const side = (from: number, to: number) => Math.max(0, to - from)
