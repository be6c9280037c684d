import { optionIn } from '../../src/models'
import { pageWords } from './page-words'

/** The label of an input or output in a language of the page; undefined if it isn't translated. */
export function pageLabel(language: string, name: string): string | undefined {
  return pageWords(language)[`called.${name}`] ?? optionIn(language, name)
}
