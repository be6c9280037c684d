/** The fraction of the examples that may be called unknown. */
const FALSE_ALARMS = 0.05
/** Fewer examples say nothing about how far apart they may be. */
const MIN_EXAMPLES = 4

/** Nearly equal examples, for example from a camera with a still scene, say nothing; the mean square of all is 1. */
const LEAST = 0.01

/**
 * The limit for the square distance to the nearest example: one in twenty of the examples is further away.
 *
 * @param nearest square distance of each example to its nearest other one
 */
export function limitOf(nearest: Float64Array, classOf: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const own of classOf) counts.set(own, (counts.get(own) ?? 0) + 1)
  const far = [...nearest].filter((_, i) => (counts.get(classOf[i] as number) ?? 0) > 1).sort((a, b) => a - b)
  if (far.length < MIN_EXAMPLES) return Number.POSITIVE_INFINITY
  const at = Math.ceil((far.length + 1) * (1 - FALSE_ALARMS)) - 1
  const largest = far[far.length - 1] as number
  // With fewer than twenty examples even the furthest is likely too near.
  return Math.max(LEAST, at < far.length ? (far[at] as number) : largest * 1.15)
}
