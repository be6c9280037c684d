import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readTextFile } from '../files'
import type { Model, Variant } from './manifest'
import { phraseIn } from './phrases'

/** A model's own words in another language, as its file in `locales/` holds them. */
export interface ModelWords {
  /** Id of a variant → its label; names of models stay. */
  variants?: Record<string, string>
  about?: Record<string, string>
  /** Labels of options. */
  options?: Record<string, string>
  /** Of the options that the form has a field for. */
  help?: Record<string, string>
  page?: { summary: string; inputs: Record<string, string>; outputs: Record<string, string> }
}

/** Of the model in that folder; without any where nobody has translated it. */
export function modelWords(folder: string, language: string): ModelWords {
  const file = join(folder, 'locales', `${language}.json`)
  return existsSync(file) ? (JSON.parse(readTextFile(file)) as ModelWords) : {}
}

/** What people read of a variant, in their language; what nobody has translated stays English. */
export function variantWords({ folder }: Model, { id, label, about, licence }: Variant, language: string) {
  const { variants, about: abouts } = modelWords(folder, language)
  return {
    label: variants?.[id] ?? label,
    about: abouts?.[id] ?? about,
    licence: phraseIn(language, licence) ?? licence,
  }
}
