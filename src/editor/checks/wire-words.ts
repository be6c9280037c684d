import type { WireJudgement } from '../../flow'
import { say } from '../shell/words'
import { inWords, nameOf } from './names'

/** What a wire carries, or what is wrong with it. */
export function sentence(
  { verdict, message, given, wanted, origin }: WireJudgement,
  { source, target }: Pick<EditorLink, 'source' | 'target'>,
): string {
  if (message) return message
  const maker = nameOf((origin && RED.nodes.node(origin)) || source)
  const gives = given ? say('gives', { maker, type: inWords(given) }) : say('givesUnknown', { maker })
  if (verdict !== 'unknown' || !wanted) return say('givesOnly', { gives })
  return say('givesAndWants', { gives, taker: nameOf(target), type: inWords(wanted) })
}
