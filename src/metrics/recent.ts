/** Percentiles cover this many recent values. */
const KEPT = 512

export interface Summary {
  last: number
  p50: number
  p95: number
  /** Over all values, not only the recent ones. */
  sum: number
}

/** Summarises a stream of numbers. Percentiles cover the newest 512. */
export function createRecent() {
  const kept: number[] = []
  let count = 0
  let sum = 0
  let last = 0
  return {
    add(value: number) {
      kept[count++ % KEPT] = value
      sum += value
      last = value
    },
    /** Zeros before the first value. */
    get summary(): Summary {
      const sorted = [...kept].sort((a, b) => a - b)
      return { last, p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95), sum }
    },
  }
}

/** The smallest value that at least the fraction `p` of the sorted values doesn't exceed. */
function percentile(sorted: number[], p: number): number {
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? 0
}
