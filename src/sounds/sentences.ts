/**
 * Punctuation that is heard: a pause, a question, a quotation. Those that also occur in numbers and abbreviations count
 * only at a word's end.
 */
const MARKS = /((?:[…—“”"()]|[;:,.!?](?=[\s…—“”"();:,.!?]|$))+)/u
/** The full stop after these belongs to the word. */
const SHORT = /(?:^|[\s“"(])(?:dr|mr|mrs|ms|prof|st|jr|sr|vs|etc|sra|dra|mme|sig|ecc|(?:[a-z]\.)+[a-z]|[b-hj-z])$/i

/**
 * The sentences of text, each as clauses: words and the punctuation between them in turn, as neural voices expect.
 * Concatenated, they are the text with Latin punctuation; a line's end is a sentence's end.
 */
export function sentencesOf(text: string): string[][] {
  const sentences: string[][] = []
  let isOpen = false
  for (const line of text.split(/[\r\n\u2028\u2029]+/)) {
    for (const clause of clausesOf(latinMarks(line))) {
      if (isOpen) sentences.at(-1)?.push(clause)
      else if (clause.trim()) sentences.push([clause])
      else continue
      isOpen = !/^[^\p{L}\p{N}]*[.!?…][^\p{L}\p{N}]*$/u.test(clause)
    }
    isOpen = false
  }
  return sentences
}

function clausesOf(text: string): string[] {
  const clauses: string[] = []
  for (const [i, part] of text.split(MARKS).entries()) {
    const before = clauses.at(-1) ?? ''
    const isOfWord = i % 2 === 1 ? part === '.' && SHORT.test(before) : /\p{L}\.$/u.test(before)
    if (isOfWord) clauses[clauses.length - 1] = before + part
    else if (part) clauses.push(part)
  }
  return clauses
}

function latinMarks(text: string): string {
  return text
    .replace(/[‘’]/gu, "'")
    .replace(/«\s*/gu, '“')
    .replace(/\s*»/gu, '”')
    .replace(/[、，]/gu, ', ')
    .replace(/[。．।]/gu, '. ')
    .replace(/！/gu, '! ')
    .replace(/？/gu, '? ')
    .replace(/：/gu, ': ')
    .replace(/；/gu, '; ')
    .replace(/[¡¿]/gu, '')
    .replace(/\.{3,}/gu, '…')
    .replace(/\s[–-]+\s/gu, ' — ')
}
