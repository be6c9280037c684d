import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readTextFile } from '../files'
import type { Model, Variant } from './manifest'
import { phraseIn } from './phrases'

/** A model's translated texts, as in its file in `locales/`. */
export interface ModelWords {
  /** Variant id → its label. Proper names aren't translated. */
  variants?: Record<string, string>
  about?: Record<string, string>
  /** Labels of options. */
  options?: Record<string, string>
  /** Help of the options that have a field in the form. */
  help?: Record<string, string>
  page?: { summary: string; inputs: Record<string, string>; outputs: Record<string, string> }
}

/** The translations of the model in that folder; empty if there are none. */
export function modelWords(folder: string, language: string): ModelWords {
  const file = join(folder, 'locales', `${language}.json`)
  return existsSync(file) ? (JSON.parse(readTextFile(file)) as ModelWords) : {}
}

/** The displayed texts of a variant in that language. Untranslated texts stay English. */
export function variantWords({ folder }: Model, { id, label, about, licence }: Variant, language: string) {
  const { variants, about: abouts } = modelWords(folder, language)
  return {
    label: variants?.[id] ?? label,
    about: abouts?.[id] ?? about,
    licence: phraseIn(language, licence) ?? licence,
  }
}
