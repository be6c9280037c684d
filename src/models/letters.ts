import { readFileSync } from 'node:fs'
import type { FetchedTensor } from '../engine'
import type { FetchSpec } from './manifest'

/**
 * Port name → the line of text that the likeliest letter of each place makes, and where asked how sure it is. Neighbours that are alike
 * are one letter, and the blank is none (CTC), unless each place holds a letter of its own.
 *
 * @param tensors [1, places, letters]; or several, each of one place
 */
export function finishLetters(
  { to, letters, blank = 0, each, score }: Extract<FetchSpec, { kind: 'letters' }>,
  tensors: readonly FetchedTensor[],
  path: (file: string) => string,
): Record<string, unknown> {
  const names = typeof letters === 'string' ? readLetters(path(letters)) : letters
  const text: string[] = []
  const shares: number[] = []
  let before = -1
  for (const { best, share } of tensors.flatMap((tensor) => likeliest(tensor, names.length))) {
    if (each || (best !== blank && best !== before)) {
      text.push(names[!each && best > blank ? best - 1 : best] ?? ' ')
      shares.push(share)
    }
    before = best
  }
  const sure = shares.length > 0 ? shares.reduce((a, b) => a + b, 0) / shares.length : 0
  return { [to]: text.join('').trim(), ...(score && { [score]: sure }) }
}

/** The likeliest letter of each place, and how likely it is. */
function likeliest({ dims, data }: FetchedTensor, letters: number): { best: number; share: number }[] {
  const { places, count, perPlace, perLetter } = arrangement(dims, letters)
  const values = data as Float32Array
  return Array.from({ length: places }, (_, place) => {
    const [start, end] = [place * perPlace, place * perPlace + count * perLetter]
    let [bestAt, most] = [start, Number.NEGATIVE_INFINITY]
    for (let at = start; at < end; at += perLetter) {
      const value = Number(values[at])
      if (value > most) {
        bestAt = at
        most = value
      }
    }
    const best = (bestAt - start) / perLetter
    // What is within 0 and 1 is a share already; else the scores are raw.
    if (most >= 0 && most <= 1) return { best, share: most }
    let sum = 0
    for (let at = start; at < end; at += perLetter) sum += Math.exp(Number(values[at]) - most)
    return { best, share: 1 / sum }
  })
}

/**
 * [1, places, letters], [places, 1, letters] as recurrent networks have it, or [1, letters, places]: the side that holds the letters is
 * known by their number. In one list, [1, places × letters], places follow each other.
 */
function arrangement(dims: readonly number[], letters: number) {
  const sides = dims.filter((size, i) => size !== 1 || i === dims.length - 1)
  const [first = 1, last = 1] = sides.length > 1 ? sides.slice(-2) : [1, sides[0]]
  if (first === 1 && last > letters && last % letters === 0)
    return { places: last / letters, count: letters, perPlace: letters, perLetter: 1 }
  const isUpright = Math.abs(first - letters) <= 2 && Math.abs(last - letters) > 2
  const [places, count] = isUpright ? [last, first] : [first, last]
  return isUpright
    ? { places, count, perPlace: 1, perLetter: places }
    : { places, count, perPlace: count, perLetter: 1 }
}

/** One letter a line; a space is a line that holds one. */
function readLetters(path: string): string[] {
  const lines = readFileSync(path, 'utf8')
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}
