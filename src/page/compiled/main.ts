import '../../../nodes/paint/editor/paint.css'
import '../page.css'
import de from '../../../nodes/serve/locales/de/serve.json'
import en from '../../../nodes/serve/locales/en-US/serve.json'
import ja from '../../../nodes/serve/locales/ja/serve.json'
import { data } from '../data'
import { showPage } from '../page'
import type { CompiledPage } from './model'
import { createRun } from './run'

const catalogues: Record<string, Record<string, string>> = {
  en: en.serve.onPage,
  de: de.serve.onPage,
  ja: ja.serve.onPage,
}
const language =
  navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag in catalogues) ?? 'en'

data.language = language
data.words = catalogues[language] as Record<string, string>
document.documentElement.lang = language
showPage({ run: createRun((data as CompiledPage).model), hasSteps: false })
