import { reason } from './reason'

const DIGITS = '0123456789'
const SMALL = 'abcdefghijklmnopqrstuvwxyz'
const LARGE = SMALL.toUpperCase()

/** An ordered set of letters, with a description of the order. */
export interface Alphabet {
  letters: string[]
  words: string
}

const PARTS: [part: string, words: string][] = [
  [DIGITS, reason`0 to 9`],
  [SMALL, reason`a to z`],
  [LARGE, reason`A to Z`],
]

const ordered = (...parts: string[]): Alphabet => ({
  letters: [...parts.join('')],
  words: parts.map((part) => PARTS.find(([each]) => each === part)?.[1]).join(', '),
})

/** The usual alphabets by number of letters, most common first. */
const ORDERS = new Map<number, Alphabet[]>([
  [10, [ordered(DIGITS)]],
  [26, [ordered(SMALL), ordered(LARGE)]],
  [36, [ordered(DIGITS, SMALL), ordered(LARGE, DIGITS), ordered(DIGITS, LARGE), ordered(SMALL, DIGITS)]],
  [
    62,
    [
      ordered(DIGITS, SMALL, LARGE),
      ordered(DIGITS, LARGE, SMALL),
      ordered(SMALL, LARGE, DIGITS),
      ordered(LARGE, SMALL, DIGITS),
    ],
  ],
])

/** The usual orders for networks with this many letters; none if the number is uninformative. */
export const alphabetsOf = (count: number): readonly Alphabet[] => ORDERS.get(count) ?? []

/**
 * The same for networks with a fixed place per letter and this many scores at each. With one score more than
 * letters, the last means "no letter". Such networks mostly read number plates, which are upper case.
 */
export function alphabetsOfEach(count: number): readonly Alphabet[] {
  const whole = alphabetsOf(count)
  if (whole.length > 0) return whole
  const others = alphabetsOf(count - 1).map(({ letters, words }) => ({ letters: [...letters, ' '], words }))
  const isPlate = count - 1 === DIGITS.length + LARGE.length
  const plates = ordered(DIGITS, LARGE).words
  return isPlate ? others.sort((a, b) => Number(b.words === plates) - Number(a.words === plates)) : others
}

/** The alphabet sizes of captchas, and the usual numbers of letters in one. */
const CAPTCHAS = [36, 62, 10, 26]
const LENGTHS = [4, 5, 6]

/**
 * The numbers of letters and of scores per letter that a single list of this many scores may consist of; likeliest
 * first.
 */
export function linesOf(count: number): { places: number; each: number }[] {
  return LENGTHS.flatMap((places) => {
    const each = count / places
    return CAPTCHAS.includes(each) || CAPTCHAS.includes(each - 1) ? [{ places, each }] : []
  })
}
