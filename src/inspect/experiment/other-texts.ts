import { type Alphabet, alphabetsOf, alphabetsOfEach, linesOf } from '../alphabets'
import type { OutputChoice, PictureChoice, Proposal } from '../choice'
import { reason } from '../reason'
import type { Alternative } from './alternatives'

/** The maximum height of captchas and number plates, in pixels. */
const LOW = 100

/** Other letters that a line of text may consist of, and lines that a list of scores may represent. */
export function otherTexts({ inputs, outputs }: Proposal): Alternative[] {
  const picture = inputs.find(({ as }) => as === 'picture')?.picture
  return outputs.flatMap((output) => [...otherLetters(output), ...(isLow(picture) ? lines(output, outputs) : [])])
}

const isLow = (picture: PictureChoice | undefined) =>
  picture?.width !== undefined && (picture.height ?? LOW) < LOW && picture.width >= 1.5 * (picture.height ?? LOW)

/** Alternatives with the same letters in other orders, if the proposed order is only the usual one. */
function otherLetters({ tensor, as, labels = [], reading, writer, confidence }: OutputChoice): Alternative[] {
  if (as !== 'text' || writer || confidence !== 'guess') return []
  const all = reading?.each ? alphabetsOfEach(labels.length) : alphabetsOf(labels.length)
  const isSame = ({ letters }: Alphabet) => letters.join('') === labels.join('')
  return all.some(isSame)
    ? all
        .filter((each) => !isSame(each))
        .map((each) => ({
          label: reason`letters ${each.words}`,
          instead: reason`letters ${all.find(isSame)?.words}`,
          prior: -0.8,
          inputs: {},
          outputs: { [tensor]: { labels: each.letters, why: whyOf(each) } },
        }))
    : []
}

/** One list of scores that may also be those of several letters in a row. */
function lines(
  { tensor, as, shape, labels = [], confidence }: OutputChoice,
  all: readonly OutputChoice[],
): Alternative[] {
  if (as !== 'category' || confidence === 'certain' || shape.length !== 2 || all.length !== 1) return []
  return linesOf(labels.length).flatMap(({ places, each }) => {
    const [alphabet] = alphabetsOfEach(each)
    return alphabet
      ? {
          label: reason`${places} letters`,
          instead: reason`one of ${labels.length} things`,
          prior: -0.8,
          inputs: {},
          outputs: {
            [tensor]: {
              as: 'text' as const,
              reading: { each: true as const },
              labels: alphabet.letters,
              why: reason`It reads ${places} letters, from left to right. ${whyOf(alphabet)}`,
            },
          },
        }
      : []
  })
}

const whyOf = ({ words }: Alphabet) => reason`Its letters are ${words}, in this order.`
