import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Manifest, modelWords } from '../../src/models'
import { modelTexts } from '../../src/node-html/model'
import { modelHelp } from '../../src/node-html/model-help'
import { modelHtml } from '../../src/node-html/user-node'
import { type HandNode, htmlOf, translatedHelp } from './hand-nodes'

const ENGLISH = 'en-US'

/**
 * Writes `dist/nodes/models/models.html`, all models' nodes as literal HTML, and the words of their forms.
 */
export function writeModelNodes(root: string, models: Manifest[], nodes: readonly HandNode[] = []): void {
  const html = models.map(modelHtml)
  // The node for any ONNX file: it is in their set of nodes.
  const onnx = nodes.filter(({ folder }) => folder === 'onnx')
  const folder = join(root, 'dist/nodes/models')
  write(join(folder, 'models.html'), [...html, ...onnx.map((node) => htmlOf(root, node))].join('\n'))
  for (const language of readdirSync(join(root, 'nodes/models/locales'))) {
    const texts = { ...commonTexts(root, language), ...textsOfModels(root, language, models) }
    write(join(folder, 'locales', language, 'models.json'), JSON.stringify(texts, null, 2))
    if (language === ENGLISH) continue
    const help = [helpOfModels(root, language, models), ...onnx.map((node) => translatedHelp(root, node, language))]
    write(join(folder, 'locales', language, 'models.html'), help.join('\n'))
  }
}

/** The words that all models' forms share, and those of the node for any ONNX file. */
function commonTexts(root: string, language: string): object {
  return {
    ...read(join(root, 'nodes/models/locales', language, 'models.json')),
    onnx: read(join(root, 'nodes/onnx/locales', language, 'onnx.json')),
  }
}

/**
 * English comes from the manifests; a model may have other languages in `locales/`. Missing parts stay
 * English.
 */
function textsOfModels(root: string, language: string, models: Manifest[]): object {
  if (language === ENGLISH) return Object.fromEntries(models.map((model) => [model.id, modelTexts(model)]))
  return Object.fromEntries(
    models.map(({ id }) => {
      const { page, ...texts } = wordsOf(root, id, language)
      return [id, texts]
    }),
  )
}

/** Node-RED shows it instead of the English help in `models.html`. */
function helpOfModels(root: string, language: string, models: Manifest[]): string {
  return models.map((model) => modelHelp(model, language, wordsOf(root, model.id, language))).join('\n')
}

const wordsOf = (root: string, id: string, language: string) => modelWords(join(root, 'models', id), language)

function read(file: string): object {
  return JSON.parse(readFileSync(file, 'utf8')) as object
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${text}\n`)
}
