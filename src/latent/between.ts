import { dot, fromMiddle, mix, size, type Vector } from './space'

/**
 * The point between two others, along the sphere: halfway between two random points a straight line would come closer
 * to the middle of the space than any random point is, and models make a dull average of that. If the two differ in
 * their distance from the middle, it changes evenly.
 *
 * @param t 0: at `a`, 1: at `b`
 * @param mean the middle of the space, in each of its numbers
 */
export function between(a: Vector, b: Vector, t: number, mean = 0): number[] {
  if (t <= 0) return Array.from(a)
  if (t >= 1) return Array.from(b)
  const [p, q] = [fromMiddle(a, mean), fromMiddle(b, mean)]
  const [m, n] = [size(p), size(q)]
  if (m === 0 || n === 0) return mix(a, 1 - t, b, t)
  const [from, to] = [p.map((x) => x / m), q.map((x) => x / n)]
  const distance = m + (n - m) * t
  return direction(from, to, t).map((x) => mean + distance * x)
}

/** The direction between two others of length 1, by the angle between them. */
function direction(from: number[], to: number[], t: number): number[] {
  const angle = Math.acos(Math.max(-1, Math.min(1, dot(from, to))))
  if (angle < 1e-6) return mix(from, 1 - t, to, t)
  if (angle > Math.PI - 1e-6) {
    // There is no shortest way to the opposite point: all ways round are equally good.
    return mix(from, Math.cos(angle * t), aside(from), Math.sin(angle * t))
  }
  return mix(from, Math.sin((1 - t) * angle) / Math.sin(angle), to, Math.sin(t * angle) / Math.sin(angle))
}

/** A direction at a right angle to another one; undefined if there is only one number. */
function aside(from: number[]): number[] {
  const smallest = from.reduce((best, x, i) => (Math.abs(x) < Math.abs(from[best] as number) ? i : best), 0)
  const rest = from.map((x, i) => (i === smallest ? 1 : 0) - (from[smallest] as number) * x)
  const length = size(rest)
  return length < 1e-9 ? rest.map(() => 0) : rest.map((x) => x / length)
}
