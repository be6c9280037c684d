import { inEnglish } from './describe/english'
import { inGerman } from './describe/german'
import { inJapanese } from './describe/japanese'
import type { PortType } from './port-type'

const languages = { en: inEnglish, de: inGerman, ja: inJapanese }

/**
 * A type in plain words: "a colour image", "a list of strings". Error messages are always in English; a type
 * that is displayed on its own is in the user's language.
 *
 * @param language a language code as in browsers; unknown languages become English
 *
 * @example
 * describeType({ type: 'image', channels: 1 }) // 'a greyscale image'
 */
export function describeType(type: PortType, language = 'en'): string {
  const name = language.slice(0, 2).toLowerCase()
  return (Object.hasOwn(languages, name) ? languages[name as keyof typeof languages] : inEnglish)(type)
}

/**
 * A type in plain words, in a list rather than after "needs" or "gives": German has "ein Vektor" there, and "einen
 * Vektor" in a sentence.
 */
export function nameType(type: PortType, language = 'en'): string {
  const words = describeType(type, language)
  if (language.slice(0, 2).toLowerCase() !== 'de') return words
  return words.replace(/^einen leeren /, 'ein leerer ').replace(/^(ein|d)en /, articleOf)
}

const articleOf = (_: string, article: string) => (article === 'd' ? 'der ' : 'ein ')
