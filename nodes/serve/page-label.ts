import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadManifests } from '../../src/models'
import { pageWords } from './page-words'

/** What an input or output of that name is called, in a language of the page; undefined where nobody has said it. */
export function pageLabel(language: string, name: string): string | undefined {
  return pageWords(language)[`called.${name}`] ?? optionsIn(language).get(name)
}

const known = new Map<string, ReadonlyMap<string, string>>()

/** The options of all models, as the dialogs call them. */
function optionsIn(language: string): ReadonlyMap<string, string> {
  const words = known.get(language) ?? new Map(loadManifests().flatMap(({ folder }) => optionsOf(folder, language)))
  known.set(language, words)
  return words
}

function optionsOf(folder: string, language: string): [string, string][] {
  const file = join(folder, 'locales', `${language}.json`)
  if (!existsSync(file)) return []
  return Object.entries((JSON.parse(readFileSync(file, 'utf8')) as { options?: Record<string, string> }).options ?? {})
}
