import type { Verdict } from './judgement'

/**
 * How bad a verdict is; the one order by which verdicts are compared. Unknown may turn out to be wrong, so it
 * is worse than a fit.
 */
export const severity: Readonly<Record<Verdict, number>> = {
  match: 0,
  adapts: 1,
  unknown: 2,
  convertible: 3,
  mismatch: 4,
}

/** Whether the wire doesn't fit, with or without a converter that would help. */
export function isProblem<T extends { verdict: Verdict }>(
  judged: T,
): judged is T & { verdict: 'convertible' | 'mismatch' } {
  return judged.verdict === 'convertible' || judged.verdict === 'mismatch'
}
