import { optionIn } from '../../src/models'
import { pageWords } from './page-words'

/** What an input or output of that name is called, in a language of the page; undefined where nobody has said it. */
export function pageLabel(language: string, name: string): string | undefined {
  return pageWords(language)[`called.${name}`] ?? optionIn(language, name)
}
