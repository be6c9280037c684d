/** A phrase of a catalogue that maps English, with `{}` for each variable part, to a translation with `{1}`, `{2}`. */
export interface Phrase {
  /** The length of the fixed text. If two phrases match, the one with more fixed text is used. */
  fixed: number
  english: RegExp
  translated: string
}

/** A catalogue's phrases, the most specific first. @param part what a variable part may be */
export function phrasesOf(catalogue: Readonly<Record<string, string>>, part = '(.+?)'): Phrase[] {
  return Object.entries(catalogue)
    .map(([english, translated]) => {
      const fixed = english.split('{}')
      const pattern = fixed.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join(part)
      return { fixed: fixed.join('').length, english: new RegExp(`^${pattern}$`, 's'), translated }
    })
    .sort((a, b) => b.fixed - a.fixed)
}

/** The translation of an English phrase, its parts translated too; undefined if no phrase matches. */
export function translated(
  phrases: readonly Phrase[],
  english: string,
  translatePart: (part: string) => string,
): string | undefined {
  for (const phrase of phrases) {
    const parts = phrase.english.exec(english)
    if (parts)
      return phrase.translated.replace(/\{(\d)\}/g, (_, place) => translatePart(parts[Number(place)] as string))
  }
  return undefined
}

/** A number as the language writes it; undefined if it isn't one. */
export function numberIn(language: string, part: string): string | undefined {
  if (/^\d{1,3}(,\d{3})+$/.test(part)) return Number(part.replaceAll(',', '')).toLocaleString(language)
  if (/^\d+\.\d+$/.test(part)) return Number(part).toLocaleString(language, { minimumFractionDigits: 1 })
  return undefined
}
