import { normals } from '../random'
import type { VectorType } from '../types'

/** A point of latent space. */
export type Vector = ArrayLike<number>

/** The space that a model's vectors are drawn from: `length` numbers, each around `mean` with this `deviation`. */
export interface Space {
  length: number
  mean: number
  deviation: number
}

/** 512 numbers around 0 with a deviation of 1, unless a model says otherwise. */
export function spaceOf({ length, samplingMean, samplingStd }: Partial<VectorType>): Space {
  return { length: length ?? 512, mean: samplingMean ?? 0, deviation: samplingStd ?? 1 }
}

/** A random point; the same seed gives the same one. */
export function randomPoint(seed: number | string, { length, mean, deviation }: Space): number[] {
  return normals(seed, length, mean, deviation)
}

/** The vector from the middle of the space to a point. */
export function fromMiddle(point: Vector, mean: number): number[] {
  return Array.from(point, (number) => number - mean)
}

export function dot(a: Vector, b: Vector): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}

export function size(a: Vector): number {
  return Math.sqrt(dot(a, a))
}

/** `p a + q b`, number by number. */
export function mix(a: Vector, p: number, b: Vector, q: number): number[] {
  return Array.from(a, (number, i) => p * number + q * (b[i] as number))
}
