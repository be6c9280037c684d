import { type EspeakOptions, espeak } from './espeak'

/**
 * The pronunciation of a sentence according to the user's eSpeak NG, in the International Phonetic Alphabet
 * with stress marks, and `^` between two letters that form one sound. Punctuation stays in place.
 * @param clauses words and punctuation in turn
 * @param voice a language such as `en-us`
 * @throws ValueError with a one-sentence message
 */
export async function phonemesOf(clauses: readonly string[], voice: string, options?: EspeakOptions): Promise<string> {
  const parts: string[] = []
  for (const clause of clauses) {
    const words = clause.trim()
    const said = /[\p{L}\p{N}\p{S}]/u.test(words) ? await pronounced(words, voice, options) : words
    parts.push(clause.replace(words, () => said))
  }
  return parts.join('').replace(/\s+/gu, ' ').trim()
}

async function pronounced(words: string, voice: string, options?: EspeakOptions): Promise<string> {
  const printed = await espeak(['-q', '--ipa', '--tie=^'], words, voice, options)
  // A language name in brackets marks a switch to another language.
  const sounds = printed.replace(/\([^)]*\)/gu, '').trim()
  return sounds.replace(/\s+/gu, ' ')
}
