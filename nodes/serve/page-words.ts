import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDERS: Record<string, string> = { en: 'en-US', de: 'de', ja: 'ja' }
const known = new Map<string, Record<string, string>>()

/** The words of the page and the show in one of the page's languages. */
export function pageWords(language: string): Record<string, string> {
  const words = known.get(language) ?? read(FOLDERS[language] ?? 'en-US')
  known.set(language, words)
  return words
}

function read(folder: string): Record<string, string> {
  const catalogue = readFileSync(join(__dirname, 'locales', folder, 'serve.json'), 'utf8')
  return (JSON.parse(catalogue) as { serve: { onPage: Record<string, string> } }).serve.onPage
}
