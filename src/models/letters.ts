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
  for (const scores of tensors.flatMap((tensor) => placesOf(tensor, names.length))) {
    const most = Math.max(...scores)
    const best = scores.indexOf(most)
    if (each || (best !== blank && best !== before)) {
      text.push(names[!each && best > blank ? best - 1 : best] ?? ' ')
      // What is within 0 and 1 is a share already; else the scores are raw.
      const isShare = most >= 0 && most <= 1
      shares.push(isShare ? most : 1 / scores.reduce((sum, value) => sum + Math.exp(value - most), 0))
    }
    before = best
  }
  const sure = shares.length > 0 ? shares.reduce((a, b) => a + b, 0) / shares.length : 0
  return { [to]: text.join('').trim(), ...(score && { [score]: sure }) }
}

/**
 * The scores of all letters for each place, of [1, places, letters], [places, 1, letters] as recurrent networks have it, or
 * [1, letters, places]: the side that holds the letters is known by their number.
 */
function placesOf({ dims, data }: FetchedTensor, letters: number): number[][] {
  const sides = dims.filter((size, i) => size !== 1 || i === dims.length - 1)
  const [first = 1, last = 1] = sides.length > 1 ? sides.slice(-2) : [1, sides[0]]
  const isUpright = Math.abs(first - letters) <= 2 && Math.abs(last - letters) > 2
  const [places, count] = isUpright ? [last, first] : [first, last]
  const at = (place: number, letter: number) => (isUpright ? letter * places + place : place * count + letter)
  return Array.from({ length: places }, (_, place) =>
    Array.from({ length: count }, (_, letter) => Number(data[at(place, letter)])),
  )
}

/** One letter a line; a space is a line that holds one. */
function readLetters(path: string): string[] {
  const lines = readFileSync(path, 'utf8')
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}
