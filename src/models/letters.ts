import type { FetchedTensor, LikeliestFetch } from '../engine'
import { readTextFile, whileUnchanged } from '../files'
import type { FetchSpec } from './manifest'

type LettersSpec = Extract<FetchSpec, { kind: 'letters' }>

/**
 * Fetches only the most likely letter of each position, because text recognition networks may have thousands
 * of letters.
 */
export function lettersFetch(spec: LettersSpec, path: (file: string) => string): LikeliestFetch {
  return { kind: 'likeliest', among: lettersOf(spec, path).length }
}

/**
 * Port name → the recognised line of text and, if the fetch asks for it, its confidence. Decodes CTC: equal
 * neighbours are merged and blanks removed, unless each position holds its own letter (`each`).
 *
 * @param tensors [positions, 2], the letter and its probability; or several tensors with one position each
 */
export function finishLetters(
  spec: LettersSpec,
  tensors: readonly FetchedTensor[],
  path: (file: string) => string,
): Record<string, unknown> {
  const { to, blank = 0, each, score } = spec
  const names = lettersOf(spec, path)
  const text: string[] = []
  const shares: number[] = []
  let before = -1
  for (const { best, share } of tensors.flatMap(placesOf)) {
    if (each || (best !== blank && best !== before)) {
      text.push(names[!each && best > blank ? best - 1 : best] ?? ' ')
      shares.push(share)
    }
    before = best
  }
  const sure = shares.length > 0 ? shares.reduce((a, b) => a + b, 0) / shares.length : 0
  return { [to]: text.join('').trim(), ...(score && { [score]: sure }) }
}

function placesOf({ data }: FetchedTensor): { best: number; share: number }[] {
  const numbers = data as Float32Array
  return Array.from({ length: numbers.length / 2 }, (_, place) => ({
    best: numbers[2 * place] as number,
    share: numbers[2 * place + 1] as number,
  }))
}

function lettersOf({ letters }: LettersSpec, path: (file: string) => string): readonly string[] {
  return typeof letters === 'string' ? readLetters(path(letters)) : letters
}

/** One letter per line. A line with a single space is the space character. */
const readLetters = whileUnchanged((path): string[] => {
  const lines = readTextFile(path).split(/\r?\n/)
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
})
