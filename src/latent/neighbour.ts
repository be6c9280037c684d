import { normals } from '../random'
import type { Space, Vector } from './space'

/**
 * A point near another one. `similarity` is the correlation of their numbers: 1 gives the same point, 0 a
 * random one. The distance from the centre stays that of a random point, so that pictures keep their quality.
 *
 * @param similarity 0 to 1
 * @param seed the same seed gives the same neighbour, which moves straight towards the point as the
 * similarity rises
 */
export function neighbour(point: Vector, similarity: number, seed: number | string, space: Space): number[] {
  const { mean, deviation } = space
  const alike = Math.max(0, Math.min(1, similarity))
  if (alike === 1) return Array.from(point)
  const noise = normals(seed, point.length, 0, deviation * Math.sqrt(1 - alike * alike))
  return Array.from(point, (number, i) => mean + alike * (number - mean) + (noise[i] as number))
}

/**
 * A random walk. Stop 0 is `start`, and each stop is a neighbour of the previous one. Efficient if stops are
 * read in order.
 *
 * @returns a function that returns the stop with an index from 0
 */
export function wander(
  start: Vector,
  similarity: number,
  seed: number | string,
  space: Space,
): (stop: number) => Vector {
  let [at, here, before]: [number, Vector, Vector] = [0, start, start]
  return (stop) => {
    if (stop === at - 1) return before
    if (stop < at) [at, here] = [0, start]
    while (at < stop) {
      before = here
      at++
      here = neighbour(here, similarity, `${seed}/${at}`, space)
    }
    return here
  }
}
