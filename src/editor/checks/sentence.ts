import type { WireJudgement } from '../../flow'
import type { Converter, PortType } from '../../types'
import { element } from '../dom'
import { language, say } from '../shell/words'
import { inWords, nameOf } from './names'

/**
 * Describes what is wrong with a wire, or converted, in the user's language. Each language orders the parts
 * itself.
 */
export function inUsersWords(judgement: WireJudgement): string {
  const { from, to, verdict, given, wanted, property, converter, origin, message, unsaid } = judgement
  if (isEnglish() || message === '') return message
  const type = (one: PortType | null) => inWords(one ?? { type: 'any' })
  const words = {
    giver: labelOf(origin ?? from.id),
    taker: labelOf(to.id),
    wanted: type(wanted),
    given: type(given),
    property: `msg.${property}`,
    word: unsaid ?? '',
  }
  if (verdict === 'adapts') return say('wireAdapts', words)
  if (unsaid !== undefined) return say('wireUnsaid', words)
  if (given === null) return say('wireMissing', words)
  const what = say(property === 'payload' ? 'wireMisfit' : 'wireMisfitIn', words)
  const remedy = converter ? say('wireConvert', { converter: labelOfConverter(converter) }) : say('wirePut', words)
  return what + (what.endsWith('。') ? '' : ' ') + remedy
}

/** The English sentence in a folded element, so that users can search for it; null if it is shown anyway. */
export function detailsOf({ message }: WireJudgement): HTMLElement | null {
  if (isEnglish() || message === '') return null
  return element(
    'details',
    { className: 'daisychain-english' },
    element('summary', {}, say('details')),
    element('span', { lang: 'en' }, message),
  )
}

const isEnglish = (): boolean => !/^(de|ja)\b/.test(language())

function labelOf(id: string): string {
  const node = RED.nodes.node(id) ?? RED.nodes.subflow(id)
  return node ? nameOf(node as EditorNode) : id
}

/** The label of a converter, as the dialog of the `convert` node shows it. */
function labelOfConverter({ config, label }: Converter): string {
  return RED._(`@daisychain/node-red-models/daisychain-convert:convert.converters.${config.converter}`, {
    defaultValue: label,
  })
}
