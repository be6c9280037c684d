import { loadManifests } from './load'
import { modelWords } from './model-words'
import { phraseIn } from './phrases'
import { allInputPorts } from './ports'

/** The models' texts in a language other than English. */
interface Words {
  /** An input's help → the same in that language. */
  help: ReadonlyMap<string, string>
  /** Name of an option → its label. */
  options: ReadonlyMap<string, string>
}

const known = new Map<string, Words>()

/** A node's help for an input, in another of the page's languages; unchanged if it isn't translated. */
export function helpIn(language: string, help: string): string {
  return wordsIn(language).help.get(help) ?? phraseIn(language, help) ?? help
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
  const all = loadManifests().map((model) => ({ model, words: modelWords(model.folder, language) }))
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
