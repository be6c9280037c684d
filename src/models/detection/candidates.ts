import type { FetchedTensor } from '../../engine'
import { type Corners, outlineOverlap } from './turned'

/**
 * The weights of the small network that computes one object's mask, and the object's position in pixels of
 * the canvas.
 */
export interface Kernel {
  x: number
  y: number
  stride: number
  weights: Float32Array
}

/** A possible detection. */
export interface Candidate {
  /** In the unit that the settings name. */
  corners: Corners
  score: number
  /** The model's class number. */
  label: number
  /** Its index among the model's outputs, needed to find its mask. */
  index: number
  /** x and y of each landmark, in the same unit as the corners. */
  landmarks?: [number, number][]
  /** The confidence of each landmark, if the network outputs it. */
  landmarkScores?: number[]
  /**
   * The corners of the rotated box, if the network outputs one. `corners` is then the upright box around it.
   */
  outline?: [number, number][]
  /** The weight of each prototype in the detection's mask. */
  mixture?: number[]
  /** The weights of the small network that computes the detection's mask from the prototypes. */
  kernel?: Kernel
}

type Numbers = ArrayLike<number | bigint>

export const numbersOf = ({ data }: FetchedTensor): Numbers => data as Numbers

/** The index and value of the largest of `count` numbers, starting at `start` and `step` apart. */
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
 * Non-maximum suppression within each class: the candidates, best first, without those whose intersection
 * over union with a better one is above `maxOverlap`.
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
