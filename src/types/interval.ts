/** A range of numbers, including both ends. Infinity means that an end is open. */
export interface Interval {
  min: number
  max: number
}

export function intervalOf(min: number | undefined, max: number | undefined): Interval {
  return { min: min ?? Number.NEGATIVE_INFINITY, max: max ?? Number.POSITIVE_INFINITY }
}

/** Whether one range is inside another one, outside it, or neither. */
export function compareIntervals(inner: Interval, outer: Interval): 'inside' | 'outside' | 'overlapping' {
  if (!(inner.min < outer.min) && !(inner.max > outer.max)) return 'inside'
  return inner.max < outer.min || inner.min > outer.max ? 'outside' : 'overlapping'
}

/** The phrase for the ends that a range has, with MIN and MAX replaced; '' for a range without ends. */
export function phraseOf(
  { min, max }: Interval,
  phrases: { exact?: string; between: string; least: string; most: string },
): string {
  const hasMin = Number.isFinite(min)
  const hasMax = Number.isFinite(max)
  if (!hasMin && !hasMax) return ''
  const phrase = !hasMax
    ? phrases.least
    : !hasMin
      ? phrases.most
      : min === max
        ? (phrases.exact ?? phrases.between)
        : phrases.between
  return phrase.replace('MIN', String(min)).replace('MAX', String(max))
}
