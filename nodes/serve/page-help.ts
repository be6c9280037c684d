import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadManifests } from '../../src/models'

const known = new Map<string, ReadonlyMap<string, string>>()

/** What a model says of an input, in another of the page's languages; as it is where nobody has translated it. */
export function pageHelp(language: string, help: string): string {
  const words = known.get(language) ?? read(language)
  known.set(language, words)
  return words.get(help) ?? help
}

/** What models say of their inputs → the same in that language. */
function read(language: string): ReadonlyMap<string, string> {
  const words = new Map<string, string>()
  for (const { folder, inputs } of loadManifests()) {
    const file = join(folder, 'locales', `${language}.json`)
    if (!existsSync(file)) continue
    const { page } = JSON.parse(readFileSync(file, 'utf8')) as { page?: { inputs?: Record<string, string> } }
    for (const { name, help } of inputs) {
      const translated = page?.inputs?.[name]
      if (help && translated) words.set(help, translated)
    }
  }
  return words
}
