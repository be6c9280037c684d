import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The page's languages, and the folders of their words. */
export const LANGUAGES = { en: 'en-US', de: 'de', ja: 'ja' }

/** The page that sends a browser's camera, in one of its languages. */
export function cameraPage(language: keyof typeof LANGUAGES): string {
  const catalogue = join(__dirname, 'locales', LANGUAGES[language], 'camera.json')
  const { onPage } = (JSON.parse(readFileSync(catalogue, 'utf8')) as { camera: { onPage: object } }).camera
  return readFileSync(join(__dirname, 'page.html'), 'utf8')
    .replace('lang="en"', `lang="${language}"`)
    .replace('{ TEXTS }', () => JSON.stringify(onPage).replace(/</g, '\\u003c'))
}
