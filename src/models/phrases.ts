import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { labelNameIn } from './label-names'
import { numberIn, type Phrase, phrasesOf, translated } from './phrase-patterns'

/**
 * These catalogues map an English phrase, with `{}` for each variable part, to its translation, which may
 * reorder the parts: `{1}`, `{2}`.
 */
export const CATALOGUES = join(__dirname, '..', '..', 'plugins', 'locales')
/** The languages with translated phrases. */
export const TRANSLATED = ['de', 'ja']

const known = new Map<string, Phrase[]>()

/**
 * Translates a phrase that a report or the engine produces in English (the meaning of a figure, why a device
 * isn't used). Labels, numbers and phrases inside it are translated too; other parts stay as they are.
 * Undefined if there is no translation.
 */
export function phraseIn(language: string, phrase: string): string | undefined {
  if (!TRANSLATED.includes(language)) return undefined
  return translated(phrasesIn(language), phrase, (part) => partIn(language, part))
}

function partIn(language: string, part: string): string {
  return numberIn(language, part) ?? labelNameIn(language, part) ?? phraseIn(language, part) ?? part
}

/**
 * Empty if the catalogue can't be read because no file descriptors are left. It isn't cached then, and
 * English is shown.
 */
function phrasesIn(language: string): Phrase[] {
  const before = known.get(language)
  if (before) return before
  try {
    const phrases = read(language)
    known.set(language, phrases)
    return phrases
  } catch {
    return []
  }
}

function read(language: string): Phrase[] {
  return phrasesOf(JSON.parse(readFileSync(join(CATALOGUES, language, 'phrases.json'), 'utf8')))
}
