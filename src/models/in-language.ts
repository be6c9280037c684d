import { loadManifests } from './load'
import { modelWords } from './model-words'
import { phraseIn } from './phrases'
import { allInputPorts } from './ports'
import { reasonIn } from './reasons'

/** The models' texts in languages other than English. */
interface Words {
  /** English help of an input → translated help. */
  help: ReadonlyMap<string, string>
  /** Option name → translated label. */
  options: ReadonlyMap<string, string>
}

const known = new Map<string, Words>()

/** The help of an input in the page's language; unchanged if there is no translation. */
export function helpIn(language: string, help: string): string {
  return wordsIn(language).help.get(help) ?? phraseIn(language, help) ?? reasonIn(language, help) ?? help
}

/** The label of a model's option in that language; undefined if there is no translation. */
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
