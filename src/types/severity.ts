import type { Verdict } from './judgement'

/**
 * The order of verdicts, from best to worst, for all comparisons. `unknown` may turn out to be wrong, so it
 * is worse than a fit.
 */
export const severity: Readonly<Record<Verdict, number>> = {
  match: 0,
  adapts: 1,
  unknown: 2,
  convertible: 3,
  mismatch: 4,
}

/** Whether the wire doesn't fit, whether or not a converter would help. */
export function isProblem<T extends { verdict: Verdict }>(
  judged: T,
): judged is T & { verdict: 'convertible' | 'mismatch' } {
  return judged.verdict === 'convertible' || judged.verdict === 'mismatch'
}
