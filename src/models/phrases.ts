import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { labelNameIn } from './label-names'

/**
 * English phrase, with `{}` in the place of each part that differs → the same in a language, which orders the
 * parts: `{1}`, `{2}`.
 */
const CATALOGUES = join(__dirname, '..', '..', 'plugins', 'locales')
/** The languages that phrases are translated to. */
export const TRANSLATED = ['de', 'ja']

interface Phrase {
  /** How much of it is fixed: of two that fit, the one with more of it counts. */
  fixed: number
  english: RegExp
  translated: string
}

const known = new Map<string, Phrase[]>()

/**
 * A phrase that a report or the engine gives in English (a figure's meaning, why a device isn't used) in one
 * of the page's languages. Its parts are labels, numbers or phrases themselves; others stay as they are.
 * Undefined where nobody has translated it.
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

/** None for now if they cannot be read, because no file descriptor is left: English is better than nothing. */
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
