import { loadManifests } from './load'
import { modelWords } from './model-words'
import { allInputPorts } from './ports'

/** What the models say in another language than English. */
interface Words {
  /** What is said of an input → the same in that language. */
  help: ReadonlyMap<string, string>
  /** Name of an option → what it is called. */
  options: ReadonlyMap<string, string>
}

const known = new Map<string, Words>()

/** What a model says of an input, in another of the page's languages; as it is where nobody has translated it. */
export function helpIn(language: string, help: string): string {
  return wordsIn(language).help.get(help) ?? help
}

/** What an option of a model is called in that language; undefined where nobody has said it. */
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
