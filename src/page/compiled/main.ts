import '../../../nodes/paint/editor/paint.css'
import '../page.css'
import de from '../../../nodes/serve/locales/de/serve.json'
import en from '../../../nodes/serve/locales/en-US/serve.json'
import ja from '../../../nodes/serve/locales/ja/serve.json'
import { data, type ShownField, say } from '../data'
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

const words = catalogues[language] as Record<string, string>
const { model, fields, licences, nonCommercial } = data as unknown as CompiledPage
const called = (field: ShownField) => ({ ...field, label: words[`called.${field.name}`] ?? field.label })
Object.assign(data, {
  language,
  words,
  inputs: fields[language]?.inputs.map(called),
  outputs: fields[language]?.outputs.map(called),
})
data.about = [
  ...(nonCommercial ? [say('notCommercial', { models: nonCommercial })] : []),
  say('licences', { licences }),
].join(' ')
document.documentElement.lang = language
showPage({ run: createRun(model), hasSteps: false })
