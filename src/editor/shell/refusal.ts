import { whatRefused } from './what-refused'
import { say } from './words'

/** What went wrong with a request, for a person. */
export function sentenceOfRefusal(failed: unknown): string {
  const refused = whatRefused(failed)
  return 'said' in refused ? refused.said : say(refused.key, { status: refused.status })
}
