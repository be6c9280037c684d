import { numberIn, phrasesOf, translated } from './phrase-patterns'

/** Translates the sentences of a proposal, or the label of an option; undefined if the catalogue doesn't have it. */
export type TranslateReasons = (english: string) => string | undefined

/** What separates the items of a list inside a sentence: clauses, names, sizes. */
const MARKS = ['; ', ', ', ' × ']

/** Whole sentences, or those that end in a part of their own. */
const SENTENCE = /([.?]|; \{\})$/
/** Sentences that quote an error, which stays English. */
const QUOTING = /: \{\}$/

/**
 * A translator for the reasons, notes and questions of a proposal (`src/inspect/reason.ts`). It works sentence by
 * sentence and, where a sentence was put together, clause by clause.
 */
export function reasonTranslator(language: string, catalogue: Readonly<Record<string, string>>): TranslateReasons {
  // A part of a clause doesn't reach into the next one.
  const phrases = phrasesOf(catalogue, '((?:(?!; ).)*?)')
  const those = (kind: RegExp) =>
    phrasesOf(Object.fromEntries(Object.entries(catalogue).filter(([english]) => kind.test(english))), '(.*?)')
  const [whole, quoting] = [those(SENTENCE), those(QUOTING)]
  const [between, stop] = language === 'ja' ? ['。', '。'] : ['; ', '.']
  const phrase = (english: string) => translated(phrases, english, partIn)

  function partIn(part: string): string {
    const said = part === '' ? part : (numberIn(language, part) ?? phrase(part))
    if (said !== undefined) return said
    const mark = MARKS.find((each) => part.includes(each))
    if (mark === undefined) return part
    return part
      .split(mark)
      .map(partIn)
      .join(mark === '; ' ? between : mark)
  }

  function sentenceIn(sentence: string): string | undefined {
    const said = translated(whole, sentence, partIn)
    if (said !== undefined || !sentence.endsWith('.')) return said
    const clauses = sentence.slice(0, -1).split('; ').map(phrase)
    return clauses.includes(undefined) ? undefined : clauses.join(between) + stop
  }

  return (english) => {
    const quoted = translated(quoting, english, String)
    if (quoted !== undefined) return quoted
    const sentences = sentencesOf(english)
    const said = sentences.map(sentenceIn)
    if (said.every((sentence) => sentence === undefined)) {
      const label = /[.?!]$/.test(english) ? english : partIn(english)
      return label === english ? undefined : label
    }
    return said.map((sentence, i) => sentence ?? sentences[i]).join(language === 'ja' ? '' : ' ')
  }
}

/** Splits text into sentences. Those of templates may begin with a part: `{}`. */
export const sentencesOf = (text: string): string[] => text.split(/(?<=[.?!]) (?=[\p{Lu}"{])/u)
