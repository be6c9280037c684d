import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { labelNameIn } from './label-names'

/**
 * These catalogues map an English phrase, with `{}` for each variable part, to its translation, which may
 * reorder the parts: `{1}`, `{2}`.
 */
const CATALOGUES = join(__dirname, '..', '..', 'plugins', 'locales')
/** The languages with translated phrases. */
export const TRANSLATED = ['de', 'ja']

interface Phrase {
  /** The length of the fixed text. If two phrases match, the one with more fixed text is used. */
  fixed: number
  english: RegExp
  translated: string
}

const known = new Map<string, Phrase[]>()

/**
 * Translates a phrase that a report or the engine produces in English (the meaning of a figure, why a device
 * isn't used). Labels, numbers and phrases inside it are translated too; other parts stay as they are.
 * Undefined if there is no translation.
 */
export function phraseIn(language: string, phrase: string): string | undefined {
  if (!TRANSLATED.includes(language)) return undefined
  const phrases = phrasesIn(language)
  for (const { english, translated } of phrases) {
    const parts = english.exec(phrase)
    if (parts) return translated.replace(/\{(\d)\}/g, (_, place) => partIn(language, parts[Number(place)] as string))
  }
  return undefined
}

function partIn(language: string, part: string): string {
  if (/^\d{1,3}(,\d{3})+$/.test(part)) return Number(part.replaceAll(',', '')).toLocaleString(language)
  if (/^\d+\.\d+$/.test(part)) return Number(part).toLocaleString(language, { minimumFractionDigits: 1 })
  return labelNameIn(language, part) ?? phraseIn(language, part) ?? part
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
  const catalogue = readFileSync(join(CATALOGUES, language, 'phrases.json'), 'utf8')
  return Object.entries(JSON.parse(catalogue) as Record<string, string>)
    .map(([english, translated]) => {
      const fixed = english.split('{}')
      const pattern = fixed.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('(.+?)')
      return { fixed: fixed.join('').length, english: new RegExp(`^${pattern}$`, 's'), translated }
    })
    .sort((a, b) => b.fixed - a.fixed)
}
