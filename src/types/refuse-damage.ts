import { ValueError } from './value-error'

/**
 * A sound of which only the end is missing is refused, unless somebody is told so and takes what there is.
 *
 * @throws ValueError if there is no `warn`
 */
export function refuseDamage(sentence: string, warn?: (sentence: string) => void): void {
  if (!warn) throw new ValueError(`${sentence}: get it again, or let an "audio" node read what there is`)
  warn(`${sentence}: the rest is missing`)
}
