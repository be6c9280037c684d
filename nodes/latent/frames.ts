import {
  frameCount,
  none,
  type Point,
  randomPoint,
  type Space,
  type Vector,
  type Walk,
  walkThrough,
  wander,
} from '../../src/latent'
import { freshSeed } from '../../src/random'
import { readSeed, ValueError } from '../../src/types'
import type { Sending } from './settings'

/** The vectors that a node sends one after the other. */
export interface Frames {
  /** How many frames there are until they end or repeat; may be Infinity. */
  count: number
  /** Whether they repeat. */
  repeats: boolean
  /** Milliseconds between two frames sent automatically. */
  interval: number
  at(index: number): number[]
}

/**
 * @param seed of everything random; if empty, a new one each time
 * @throws ValueError if there are no points to visit, or they have another length
 */
export function framesOf(sending: Sending, points: readonly Point[], space: Space, seed: unknown): Frames {
  const { sends, pace, rate, seconds, easing, similarity } = sending
  const isKept = sends === 'points' || sends === 'walk'
  const moves = sends === 'walk' || sends === 'wander'
  if (isKept && points.length === 0) throw none()
  for (const point of points) fits(point, space)

  const frames = moves ? Math.max(1, Math.round(seconds * rate)) : 1
  // A random walk never ends. If it is sent as a whole, it ends, and is best played in a loop.
  const end = isKept ? sending.end : 'loop'
  const stops = isKept ? points.length : pace === 'whole' ? sending.stops : Number.POSITIVE_INFINITY
  const walk: Walk = { stops, frames, end, easing }
  return {
    count: frameCount(walk),
    repeats: end !== 'once',
    interval: moves ? 1000 / rate : 1000 * seconds,
    at: walkThrough(stop(), walk, space.mean),
  }

  function stop(): (number: number) => Vector {
    if (isKept) return (number) => (points[number] as Point).vector
    const start = seedOf(seed)
    if (sends === 'random') return (number) => randomPoint(`${start}/${number}`, space)
    return wander(points[0]?.vector ?? randomPoint(start, space), similarity, start, space)
  }
}

/** @throws ValueError if the seed is neither a number nor text */
export function seedOf(given: unknown): number | string {
  if (given === undefined || given === null || given === '') return freshSeed()
  return readSeed(given, 'the seed')
}

/** @throws ValueError if a kept point has another length than the space */
export function fits({ name, vector }: Point, { length }: Space): void {
  if (vector.length === length) return
  throw new ValueError(
    `the kept point "${name}" has ${vector.length} numbers, but the next model needs ${length}: open the node and keep other points`,
    'flow',
  )
}
