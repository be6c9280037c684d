import type { TensorInfo } from '../engine'
import { alphabetsOf, alphabetsOfEach } from './alphabets'
import type { ReadingChoice } from './choice'
import { boundsOf, makerOf } from './graph'
import { type Arrangement, areClose, arrangementsOf } from './line-arrangements'
import type { Looks } from './looks'
import type { Given, OutputPart } from './output-part'
import { reason } from './reason'

/**
 * Recognises a line of text that is read letter by letter from a low and wide picture: scores for all letters
 * at each place from left to right.
 */
export function proposeLetters(output: TensorInfo, looks: Looks, given: Given): OutputPart | null {
  const heads = headsOf(output, looks, given)
  if (heads) return heads
  const { width, height } = given.picture?.picture ?? {}
  const arrangements = arrangementsOf(output, width)
  const found = choose(arrangements, output, looks, given)
  if (!found || looks.outputs.length > 2) return null
  const { count, places } = found
  if (width !== undefined && !areClose(places, width))
    return isWide(given.picture?.picture) ? proposeEach(output, count, reason`${places} letters`, looks, given) : null
  const known = lettersFor(count, looks, given)
  const isLow = height !== undefined && height <= 64 && (width === undefined || width >= 1.5 * height)
  const isOpen =
    height === undefined && (known?.where === 'the file itself' || /ocr|\brec\b|crnn/i.test(looks.called ?? ''))
  if (!isLow && !isOpen) return null
  const sure = isSure(output, found, looks) ? 'likely' : 'guess'
  const blank = looks.lines?.get(output.name)?.isBlankLast ? count - 1 : 0
  const reading: ReadingChoice = { ...(blank > 0 && { blank }) }
  const [usual] = alphabetsOf(count - 1)
  if (!known && !usual)
    return {
      as: 'numbers',
      reading,
      why: reason`It reads a line of text: it outputs scores of ${count} letters for each position, from left to right. To get the text itself, put the list of its letters next to it, one per line.`,
      confidence: sure,
    }
  return {
    as: 'text',
    reading,
    labels: known?.labels ?? usual?.letters ?? [],
    why: reason`It reads a line of text, from left to right, with ${count - 1} letters; ${known ? reason`they are from ${known.where}` : reason`most likely ${usual?.words}, in this order`}.`,
    confidence: known ? sure : 'guess',
  }
}

const isWide = (picture: { width?: number | undefined; height?: number | undefined } | undefined) =>
  picture?.width !== undefined && picture.height !== undefined && picture.width >= 1.5 * picture.height

/**
 * The number of scores in each of several lists for a picture that is wider than high: one letter each, as for
 * captchas. Null if they are none of these.
 */
export function headCount(
  outputs: readonly TensorInfo[],
  picture: { width?: number | undefined; height?: number | undefined } | undefined,
): number | null {
  const [first] = outputs
  const count = first?.shape[1]
  const areSame = outputs.every(
    ({ shape, dtype }) => shape.length === 2 && shape[1] === count && dtype.startsWith('float'),
  )
  return outputs.length >= 3 && areSame && typeof count === 'number' && count >= 10 && isWide(picture) ? count : null
}

function headsOf({ name }: TensorInfo, looks: Looks, given: Given): OutputPart | null {
  const [first, ...others] = looks.outputs
  const count = headCount(looks.outputs, given.picture?.picture)
  if (!first || count === null) return null
  if (name !== first.name)
    return { as: 'unused', why: reason`It is read together with "${first.name}".`, confidence: 'likely' }
  const beside = others.map((other) => other.name)
  const part = proposeEach(first, count, reason`${looks.outputs.length} letters, one per output`, looks, given)
  return part.as === 'text' ? { ...part, reading: { ...part.reading, beside } } : null
}

/** Proposes text with this many letters, each in its own place. */
function proposeEach(output: TensorInfo, count: number, what: string, looks: Looks, given: Given): OutputPart {
  const found = given.labels(count, true)
  const [usual] = alphabetsOfEach(count)
  if (!found && !usual)
    return {
      as: 'numbers',
      why: reason`It reads ${what}: it outputs scores of ${count} of them for each position. To get the text itself, put the list of its letters next to it, one per line.`,
      confidence: 'guess',
    }
  return {
    as: 'text',
    reading: { each: true },
    labels: found?.labels ?? usual?.letters ?? [],
    why: reason`It reads ${what}, from left to right; ${found ? reason`they are from ${found.where}` : reason`most likely ${usual?.words}, in this order`}.`,
    confidence: found || (count === 10 && boundsOf(looks.file, output.name)?.by === 'Softmax') ? 'likely' : 'guess',
  }
}

/**
 * Which dimension holds the letters: as measured, as the last step shows, or as the number of letters and the width of
 * places suggest.
 */
function choose(all: Arrangement[], output: TensorInfo, looks: Looks, given: Given): Arrangement | undefined {
  const measured = looks.lines?.get(output.name)?.axis
  const tests: ((arrangement: Arrangement) => boolean)[] = [
    ({ axis }) => axis === (measured ?? shareAxis(output, looks)),
    ({ count }) => lettersFor(count, looks, given) !== null,
    ({ count }) => alphabetsOf(count - 1).length > 0,
  ]
  for (const test of tests) {
    const fit = all.filter(test)
    if (fit.length === 1) return fit[0]
  }
  return all[0]
}

/** Whether there is evidence of which dimension holds the letters, rather than only a guess. */
const isSure = (output: TensorInfo, { axis }: Arrangement, looks: Looks) =>
  axis === (looks.lines?.get(output.name)?.axis ?? shareAxis(output, looks))

/** The dimension over which the last step takes a softmax. */
function shareAxis({ name, shape }: TensorInfo, { file }: Looks): number | undefined {
  const last = makerOf(file, name)
  if (last?.op !== 'Softmax' && last?.op !== 'LogSoftmax') return undefined
  const axis = Number(last.attributes.axis ?? -1)
  return axis < 0 ? axis + shape.length : axis
}

/**
 * The letters in the file itself, as in PaddleOCR's, or next to it: one fewer than the scores, or two if the space
 * isn't listed.
 */
function lettersFor(count: number, { file }: Looks, given: Given) {
  const own = file.metadata.character?.split(/\r?\n/)
  for (const less of [1, 2, 0]) {
    const wanted = count - less
    if (own?.slice(0, wanted).length === wanted && own.slice(wanted).every((letter) => letter === ''))
      return { labels: padded(own.slice(0, wanted), count - 1), where: reason`the file itself` }
    const beside = given.labels(wanted, true)
    if (beside) return { labels: padded(beside.labels, count - 1), where: beside.where }
  }
  return null
}

/**
 * Adds the letters that a list lacks: an unlisted space comes last. A list that includes the blank begins
 * with it.
 */
function padded(letters: string[], count: number): string[] {
  if (letters.length > count) return letters.slice(letters.length - count)
  return [...letters, ...Array.from({ length: count - letters.length }, () => ' ')]
}
