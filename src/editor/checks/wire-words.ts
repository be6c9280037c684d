import type { WireJudgement } from '../../flow'
import { say } from '../shell/words'
import { inWords, nameOf } from './names'
import { inUsersWords } from './sentence'

/** Describes what a wire carries, or what is wrong with it. */
export function sentence(judgement: WireJudgement, { source, target }: Pick<EditorLink, 'source' | 'target'>): string {
  const { verdict, message, given, wanted, origin } = judgement
  if (message) return inUsersWords(judgement)
  const maker = nameOf((origin && RED.nodes.node(origin)) || source)
  const gives = given ? say('gives', { maker, type: inWords(given) }) : say('givesUnknown', { maker })
  if (verdict !== 'unknown' || !wanted) return say('givesOnly', { gives })
  return say('givesAndWants', { gives, taker: nameOf(target), type: inWords(wanted) })
}
