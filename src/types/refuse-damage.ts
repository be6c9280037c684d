import { ValueError } from './value-error'

/**
 * Reports what is missing at the end of a sound to `warn`, and the rest is used; without `warn`, the sound is
 * refused.
 *
 * @throws ValueError if there is no `warn`
 */
export function refuseDamage(sentence: string, warn?: (sentence: string) => void): void {
  if (!warn) throw new ValueError(`${sentence}: get it again, or let an "audio" node read what there is`)
  warn(`${sentence}: the rest is missing`)
}
