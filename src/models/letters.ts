import { readFileSync } from 'node:fs'
import type { FetchedTensor, LikeliestFetch } from '../engine'
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

/** The letters read from files, cached because every line of a page needs them. */
const read = new WeakMap<LettersSpec, readonly string[]>()

function lettersOf(spec: LettersSpec, path: (file: string) => string): readonly string[] {
  if (typeof spec.letters !== 'string') return spec.letters
  const known = read.get(spec) ?? readLetters(path(spec.letters))
  read.set(spec, known)
  return known
}

/** One letter per line. A line with a single space is the space character. */
function readLetters(path: string): string[] {
  const lines = readFileSync(path, 'utf8')
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}
