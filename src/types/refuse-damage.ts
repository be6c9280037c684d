import { ValueError } from './value-error'

/**
 * A sound that lacks only its end is refused, unless there is a `warn` to report that, and then the rest is used.
 *
 * @throws ValueError if there is no `warn`
 */
export function refuseDamage(sentence: string, warn?: (sentence: string) => void): void {
  if (!warn) throw new ValueError(`${sentence}: get it again, or let an "audio" node read what there is`)
  warn(`${sentence}: the rest is missing`)
}
