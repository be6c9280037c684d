import { normals } from '../random'
import { dot, fromMiddle, mix, type Space, size, type Vector } from './space'

/** A plane through a point in latent space, for navigating around it. */
export interface Plane {
  /** The point at its centre. */
  center: Vector
  /** Two unit vectors, at right angles to each other and to the line from the centre of the space. */
  across: number[]
  up: number[]
}

/** A plane through a point in two random directions. The same seed gives the same plane. */
export function planeThrough(center: Vector, seed: number | string, { length, mean }: Space): Plane {
  const outwards = unit(fromMiddle(center, mean))
  const across = unit(without(normals(`${seed} across`, length), outwards))
  const up = unit(without(without(normals(`${seed} up`, length), outwards), across))
  return { center, across, up }
}

/**
 * The point at a position in a plane: along the sphere in that direction, as far as the position is from 0.
 * At a distance of 1, it is a quarter turn away, and as different from the centre point as a random one.
 */
export function pointOf(plane: Plane, x: number, y: number, { length, mean, deviation }: Space): number[] {
  const distance = Math.hypot(x, y)
  if (distance === 0) return Array.from(plane.center)
  const outwards = fromMiddle(plane.center, mean)
  const reach = size(outwards) || deviation * Math.sqrt(length)
  const turn = (distance * Math.PI) / 2
  const aside = mix(plane.across, x / distance, plane.up, y / distance)
  return mix(outwards, Math.cos(turn), aside, reach * Math.sin(turn)).map((number) => mean + number)
}

function without(a: number[], direction: number[]): number[] {
  return mix(a, 1, direction, -dot(a, direction))
}

/**
 * Normalises a vector to length 1. All zeros if no direction is left, in a space of fewer than three
 * dimensions.
 */
function unit(a: number[]): number[] {
  const length = size(a)
  return length < 1e-9 ? a.map(() => 0) : a.map((number) => number / length)
}
