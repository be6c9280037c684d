import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadManifests } from './load'
import type { Model } from './manifest'
import { allInputPorts } from './ports'

/** What the models say in another language than English. */
interface Words {
  /** What is said about an input → the same in that language. */
  help: ReadonlyMap<string, string>
  /** Name of an option → what it is called. */
  options: ReadonlyMap<string, string>
}

const known = new Map<string, Words>()

/** What a model says about an input, in another of the page's languages; as it is where nobody has translated it. */
export function helpIn(language: string, help: string): string {
  return wordsIn(language).help.get(help) ?? help
}

/** The name of an option of a model in that language; undefined if nobody has said it. */
export function optionIn(language: string, name: string): string | undefined {
  return wordsIn(language).options.get(name)
}

function wordsIn(language: string): Words {
  const words = known.get(language) ?? read(language)
  known.set(language, words)
  return words
}

function read(language: string): Words {
  const all = loadManifests().map((model) => ({ model, words: translated(model, language) }))
  return {
    help: new Map(
      all.flatMap(({ model, words: { page, help: options } }) =>
        allInputPorts(model).flatMap(({ name, help }): [string, string][] => {
          const words = page?.inputs?.[name] ?? options?.[name]
          return help && words ? [[help, words]] : []
        }),
      ),
    ),
    options: new Map(all.flatMap(({ words }) => Object.entries(words.options ?? {}))),
  }
}

/** Of a model: its inputs in the help page, and those that its form has a field for. */
interface Translated {
  page?: { inputs?: Record<string, string> }
  help?: Record<string, string>
  options?: Record<string, string>
}

function translated({ folder }: Model, language: string): Translated {
  const file = join(folder, 'locales', `${language}.json`)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Translated) : {}
}
