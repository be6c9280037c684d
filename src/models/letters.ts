import { readFileSync } from 'node:fs'
import type { FetchedTensor, LikeliestFetch } from '../engine'
import type { FetchSpec } from './manifest'

type LettersSpec = Extract<FetchSpec, { kind: 'letters' }>

/**
 * The likeliest letter of each place in a tensor: networks that read pages may know thousands of letters, and only
 * these are needed.
 */
export function lettersFetch(spec: LettersSpec, path: (file: string) => string): LikeliestFetch {
  return { kind: 'likeliest', among: lettersOf(spec, path).length }
}

/**
 * Port name → the line of text that the likeliest letter of each place makes, and, if requested, how sure it is. Equal
 * neighbours are one letter, and the blank is none (CTC), unless each place holds its own letter.
 *
 * @param tensors [places, 2]: the letter and its probability; or several tensors, each for one place
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

/** The letters of files, read once for all lines of a page. */
const read = new WeakMap<LettersSpec, readonly string[]>()

function lettersOf(spec: LettersSpec, path: (file: string) => string): readonly string[] {
  if (typeof spec.letters !== 'string') return spec.letters
  const known = read.get(spec) ?? readLetters(path(spec.letters))
  read.set(spec, known)
  return known
}

/** One letter per line; a space is a line that contains one. */
function readLetters(path: string): string[] {
  const lines = readFileSync(path, 'utf8')
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}
