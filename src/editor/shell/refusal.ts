import { whatRefused } from './what-refused'
import { say } from './words'

/** Explains a failed request to the user. */
export function sentenceOfRefusal(failed: unknown): string {
  const refused = whatRefused(failed)
  return 'said' in refused ? refused.said : say(refused.key, { status: refused.status })
}
