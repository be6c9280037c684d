/**
 * Punctuation that affects speech: pauses, questions, quotations. Marks that also occur in numbers and
 * abbreviations only count at the end of a word.
 */
const MARKS = /((?:[…—“”"()]|[;:,.!?](?=[\s…—“”"();:,.!?]|$))+)/u
/** Abbreviations, after which a full stop doesn't end the sentence. */
const SHORT = /(?:^|[\s“"(])(?:dr|mr|mrs|ms|prof|st|jr|sr|vs|etc|sra|dra|mme|sig|ecc|(?:[a-z]\.)+[a-z]|[b-hj-z])$/i

/**
 * Splits text into sentences, and each sentence into words and punctuation in turn, as neural voices expect.
 * Together they are the whole text, with Latin punctuation. The end of a line also ends a sentence.
 */
export function sentencesOf(text: string): string[][] {
  const sentences: string[][] = []
  let isOpen = false
  for (const line of text.split(/[\r\n\u2028\u2029]+/)) {
    for (const clause of clausesOf(latinMarks(line))) {
      if (isOpen) sentences.at(-1)?.push(clause)
      else if (clause.trim()) sentences.push([clause])
      else continue
      isOpen = /[\p{L}\p{N}]/u.test(clause) || !/[.!?…]/u.test(clause)
    }
    isOpen = false
  }
  return sentences
}

function clausesOf(text: string): string[] {
  // Joined at the end: the abbreviations of a long clause would each copy all of it.
  const clauses: string[][] = []
  let isShort = false
  for (const [i, part] of text.split(MARKS).entries()) {
    const isMark = i % 2 === 1
    const isOfWord: boolean = isMark ? part === '.' && SHORT.test(clauses.at(-1)?.at(-1) ?? '') : isShort
    if (isOfWord) clauses.at(-1)?.push(part)
    else if (part) clauses.push([part])
    isShort = isMark && isOfWord
  }
  return clauses.map((parts) => parts.join(''))
}

function latinMarks(text: string): string {
  return text
    .replace(/[‘’]/gu, "'")
    .replace(/«\s*/gu, '“')
    .replace(/(?<!\s)\s*»/gu, '”')
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
