import type { TensorInfo } from '../engine'
import { boundsOf } from './graph'
import type { Given, OutputPart } from './propose-outputs'
import type { Looks } from './propose-range'

/** As small as a set of letters may be: the digits, and nothing. */
const FEWEST = 11

/** What networks with so many outputs mostly read, the first of which is nothing. */
const USUAL = new Map([
  [11, '0123456789'],
  [37, '0123456789abcdefghijklmnopqrstuvwxyz'],
  [63, '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'],
])

/** A line of text, read letter by letter from a picture that is low and wide: scores of all letters for each place from left to right. */
export function proposeLetters(output: TensorInfo, looks: Looks, given: Given): OutputPart | null {
  const { width, height } = given.picture?.picture ?? {}
  const count = lettersOf(output, width)
  if (count === null || looks.outputs.length > 2) return null
  const found = lettersFor(count, looks, given)
  const isLow = height !== undefined && height <= 64 && (width === undefined || width >= 1.5 * height)
  const isOpen =
    height === undefined && (found?.where === 'the file itself' || /ocr|\brec\b|crnn/i.test(looks.called ?? ''))
  if (!isLow && !isOpen) return null
  const sure = boundsOf(looks.file, output.name)?.by === 'Softmax' ? 'likely' : 'guess'
  const usual = USUAL.get(count)
  if (!found && !usual)
    return {
      as: 'numbers',
      why: `It reads a line of text: it gives scores of ${count} letters for each place, from left to right. To get the text itself, put the list of its letters next to it, one per line.`,
      confidence: sure,
    }
  return {
    as: 'text',
    labels: found?.labels ?? [...(usual ?? '')],
    why: `It reads a line of text, from left to right, with ${count - 1} letters; ${found ? `they are from ${found.where}` : 'most likely the digits and the letters from a to z'}.`,
    confidence: found ? 'likely' : 'guess',
  }
}

/** How many letters there are scores of: [1, places, letters] or [places, 1, letters]; null where the output is none of these. */
function lettersOf({ shape, dtype }: TensorInfo, width: number | undefined): number | null {
  if (shape.length !== 3 || !dtype.startsWith('float')) return null
  const [first, second, letters] = shape as [number | string, number | string, number | string]
  const isSingle = (size: number | string) => size === 1 || typeof size === 'string'
  const places = second === 1 ? first : isSingle(first) ? second : isSingle(second) ? first : null
  if (places === null || typeof letters !== 'number' || letters < FEWEST) return null
  const fits = typeof places === 'string' || (places >= 4 && places <= (width ?? 4096))
  return fits ? letters : null
}

/** The letters in the file itself, as PaddleOCR's have them, or beside it: one less than there are scores, or two where the space is not listed. */
function lettersFor(count: number, { file }: Looks, given: Given) {
  const own = file.metadata.character?.split(/\r?\n/)
  for (const less of [1, 2, 0]) {
    const wanted = count - less
    if (own?.slice(0, wanted).length === wanted && own.slice(wanted).every((letter) => letter === ''))
      return { labels: padded(own.slice(0, wanted), count - 1), where: 'the file itself' }
    const beside = given.labels(wanted, true)
    if (beside) return { labels: padded(beside.labels, count - 1), where: beside.where }
  }
  return null
}

/** The space that is not listed comes last; a list with the blank in it begins with it. */
function padded(letters: string[], count: number): string[] {
  if (letters.length > count) return letters.slice(letters.length - count)
  return [...letters, ...Array.from({ length: count - letters.length }, () => ' ')]
}
