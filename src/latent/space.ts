import { normals } from '../random'
import type { VectorType } from '../types'

/** A point of latent space. */
export type Vector = ArrayLike<number>

/** The distribution of a model's vectors: `length` numbers with this `mean` and `deviation`. */
export interface Space {
  length: number
  mean: number
  deviation: number
}

/** 512 numbers with a mean of 0 and a standard deviation of 1, unless a model declares something else. */
export function spaceOf({ length, samplingMean, samplingStd }: Partial<VectorType>): Space {
  return { length: length ?? 512, mean: samplingMean ?? 0, deviation: samplingStd ?? 1 }
}

/** A random point. The same seed gives the same point. */
export function randomPoint(seed: number | string, { length, mean, deviation }: Space): number[] {
  return normals(seed, length, mean, deviation)
}

/** The vector from the centre of the space to a point. */
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

/** `p a + q b`, element by element. */
export function mix(a: Vector, p: number, b: Vector, q: number): number[] {
  return Array.from(a, (number, i) => p * number + q * (b[i] as number))
}
