import { type EspeakOptions, espeak } from './espeak'

/**
 * How a sentence is pronounced, by the eSpeak NG that the user has installed: its sounds in the International
 * Phonetic Alphabet, with stress, and `^` between two letters that are one sound. Signs stay where they are.
 * @param clauses words and the signs between them
 * @param voice a language such as `en-us`
 * @throws ValueError in one sentence
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
  // Language names in brackets mark switches to another language.
  const sounds = printed.replace(/\([^)]*\)/gu, '').trim()
  return sounds.replace(/\s+/gu, ' ')
}
