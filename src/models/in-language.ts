import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadManifests } from './load'
import type { Model } from './manifest'
import { allInputPorts } from './ports'

/** The models' texts in a language other than English. */
interface Words {
  /** An input's help → the same in that language. */
  help: ReadonlyMap<string, string>
  /** Name of an option → its label. */
  options: ReadonlyMap<string, string>
}

const known = new Map<string, Words>()

/** A model's help for an input, in another of the page's languages; unchanged if it isn't translated. */
export function helpIn(language: string, help: string): string {
  return wordsIn(language).help.get(help) ?? help
}

/** The name of a model's option in that language; undefined if it isn't translated. */
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

/** For a model: its inputs in the help page, and those with a field in its form. */
interface Translated {
  page?: { inputs?: Record<string, string> }
  help?: Record<string, string>
  options?: Record<string, string>
}

function translated({ folder }: Model, language: string): Translated {
  const file = join(folder, 'locales', `${language}.json`)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Translated) : {}
}
