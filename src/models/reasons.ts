import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CATALOGUES, TRANSLATED } from './phrases'
import { reasonTranslator, type TranslateReasons } from './translate-reasons'

const known = new Map<string, TranslateReasons>()

/** The translations of the reasons that proposals for files give; none for English. */
export function reasonCatalogue(language: string): Record<string, string> {
  if (!TRANSLATED.includes(language)) return {}
  return JSON.parse(readFileSync(join(CATALOGUES, language, 'reasons.json'), 'utf8'))
}

/** A reason in that language; undefined if there is no translation, or no file descriptor left to read it. */
export function reasonIn(language: string, english: string): string | undefined {
  try {
    const translate = known.get(language) ?? reasonTranslator(language, reasonCatalogue(language))
    known.set(language, translate)
    return translate(english)
  } catch {
    return undefined
  }
}
