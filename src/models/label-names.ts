import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { languageNameIn } from '../types'

/** The editor's catalogues contain the translated labels. In English, a label is its own name. */
const CATALOGUES = join(__dirname, '..', '..', 'plugins', 'locales')
const TRANSLATED = ['de', 'ja']
const known = new Map<string, Record<string, string>>()

/**
 * The name of a label, such as COCO's “dining table” or “German”, in one of the page's languages; undefined
 * if it isn't translated.
 */
export function labelNameIn(language: string, label: string): string | undefined {
  if (!TRANSLATED.includes(language)) return undefined
  const names = known.get(language) ?? read(language)
  known.set(language, names)
  return Object.hasOwn(names, label) ? names[label] : languageNameIn(language, label)
}

function read(language: string): Record<string, string> {
  const catalogue = readFileSync(join(CATALOGUES, language, 'daisychain.json'), 'utf8')
  return (JSON.parse(catalogue) as { labelNames: Record<string, string> }).labelNames
}
