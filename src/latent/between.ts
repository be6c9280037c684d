import { dot, fromMiddle, mix, size, type Vector } from './space'

/**
 * Interpolates between two points along the sphere. Halfway between two random points, a straight line is
 * closer to the centre than any random point, and models turn such points into a dull average. The distance
 * from the centre is interpolated linearly.
 *
 * @param t 0 for `a`, 1 for `b`
 * @param mean the centre of the space, the same in each dimension
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

/** Interpolates between two unit vectors by their angle. */
function direction(from: number[], to: number[], t: number): number[] {
  const angle = Math.acos(Math.max(-1, Math.min(1, dot(from, to))))
  if (angle < 1e-6) return mix(from, 1 - t, to, t)
  if (angle > Math.PI - 1e-6) {
    // Opposite points have no unique shortest path, so any direction will do.
    return mix(from, Math.cos(angle * t), aside(from), Math.sin(angle * t))
  }
  return mix(from, Math.sin((1 - t) * angle) / Math.sin(angle), to, Math.sin(t * angle) / Math.sin(angle))
}

/** A unit vector at a right angle to another one; all zeros in a space with one dimension. */
function aside(from: number[]): number[] {
  const smallest = from.reduce((best, x, i) => (Math.abs(x) < Math.abs(from[best] as number) ? i : best), 0)
  const rest = from.map((x, i) => (i === smallest ? 1 : 0) - (from[smallest] as number) * x)
  const length = size(rest)
  return length < 1e-9 ? rest.map(() => 0) : rest.map((x) => x / length)
}
