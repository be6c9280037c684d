/** Checks only this many characters, far more than any model with a word list reads. */
const LOOKED_AT = 20_000

/**
 * The words in the text that the model doesn't know, as they are written, each once.
 *
 * @param known the known words, in lower case
 */
export function unknownWords(text: string, known: ReadonlySet<string>): string[] {
  const found = new Map<string, string>()
  for (const [word] of text
    .slice(0, LOOKED_AT)
    .normalize('NFC')
    .matchAll(/[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*/gu)) {
    const plain = word.toLowerCase().replaceAll('’', "'")
    if (!found.has(plain) && !known.has(plain) && !plain.split(/['-]/).every((part) => known.has(part)))
      found.set(plain, word)
  }
  return [...found.values()]
}
