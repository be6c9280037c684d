import english from '../../../plugins/locales/en-US/daisychain.json'
import { languageNameIn } from '../../types'

type Group = { [K in keyof English]: English[K] extends string ? never : K }[keyof English]
type English = typeof english

/** A key of the editor's catalogue, `plugins/locales/<language>/daisychain.json`. */
export type Key =
  | Whole<Exclude<keyof English, Group>>
  | `families.${keyof English['families']}`
  | `compileAs.${keyof English['compileAs']}`
  | `runtime.${'and' | 'seed'}`

/** Keys of texts with a singular and a plural, between which a number called `count` chooses. */
type Whole<Key> = Key extends `${infer Name}_one` | `${infer Name}_other` ? Name : Key

/** The user's language, as set in the editor or the browser. */
export const language = (): string => RED.i18n.lang()

/** A sentence or label in the user's language; English until the catalogue is loaded, as after an installation. */
export function say(key: Key, words: Record<string, string | number> = {}): string {
  return RED._(`@daisychain/node-red-models/daisychain:${key}`, { defaultValue: inEnglish(key, words.count), ...words })
}

/** The user's word for a model's label, such as COCO's “dining table” or “German”. Custom names are kept. */
export function labelName(label: string): string {
  const [spoken] = /^(de|ja)\b/.exec(language()) ?? []
  const defaultValue = (spoken && languageNameIn(spoken, label)) ?? label
  return RED._(`@daisychain/node-red-models/daisychain:labelNames.${label}`, { defaultValue })
}

function inEnglish(key: Key, count?: string | number): string {
  const find = (name: string) =>
    name.split('.').reduce<unknown>((inner, part) => (inner as Record<string, unknown>)[part], english)
  return String(find(key) ?? find(`${key}_${count === 1 ? 'one' : 'other'}`))
}
