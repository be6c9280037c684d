import { inEnglish } from './describe/english'
import { inGerman } from './describe/german'
import { inJapanese } from './describe/japanese'
import type { PortType } from './port-type'

const languages = { en: inEnglish, de: inGerman, ja: inJapanese }

/**
 * A type in a person's words: "a colour image", "a list of strings". Sentences of errors have it in English, as all else in
 * them; what is shown alone is in the language of the person who sees it.
 *
 * @param language as browsers name it; English if it isn't known
 *
 * @example
 * describeType({ type: 'image', channels: 1 }) // 'a greyscale image'
 */
export function describeType(type: PortType, language = 'en'): string {
  const name = language.slice(0, 2).toLowerCase()
  return (Object.hasOwn(languages, name) ? languages[name as keyof typeof languages] : inEnglish)(type)
}
