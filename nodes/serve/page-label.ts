import { optionIn } from '../../src/models'
import { pageWords } from './page-words'

/** The name of an input or output of that name, in a language of the page; undefined if nobody has said it. */
export function pageLabel(language: string, name: string): string | undefined {
  return pageWords(language)[`called.${name}`] ?? optionIn(language, name)
}
