import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { allInputPorts, loadManifests } from '../../src/models'

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
  for (const model of loadManifests()) {
    const file = join(model.folder, 'locales', `${language}.json`)
    if (!existsSync(file)) continue
    const { page, help: options } = JSON.parse(readFileSync(file, 'utf8')) as Translated
    for (const { name, help } of allInputPorts(model)) {
      const translated = page?.inputs?.[name] ?? options?.[name]
      if (help && translated) words.set(help, translated)
    }
  }
  return words
}

/** Of a model: its inputs in the help page, and those that its form has a field for. */
interface Translated {
  page?: { inputs?: Record<string, string> }
  help?: Record<string, string>
}
