import { normals } from '../random'
import { dot, fromMiddle, mix, type Space, size, type Vector } from './space'

/** A plane through a point of latent space, for moving around. */
export interface Plane {
  /** Its middle. */
  center: Vector
  /** Two directions of length 1, at right angles to each other and to the line from the middle of the space. */
  across: number[]
  up: number[]
}

/** A plane through a point in two random directions; the same seed gives the same ones. */
export function planeThrough(center: Vector, seed: number | string, { length, mean }: Space): Plane {
  const outwards = unit(fromMiddle(center, mean))
  const across = unit(without(normals(`${seed} across`, length), outwards))
  const up = unit(without(without(normals(`${seed} up`, length), outwards), across))
  return { center, across, up }
}

/**
 * The point of a plane at a place: along the sphere in that direction, as far as the place is from 0. At a distance of
 * 1, the point is a quarter turn away and has no more in common with the centre than a random one.
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

/** Of length 1; undefined if there is no direction left, in a space of fewer than three numbers. */
function unit(a: number[]): number[] {
  const length = size(a)
  return length < 1e-9 ? a.map(() => 0) : a.map((number) => number / length)
}
