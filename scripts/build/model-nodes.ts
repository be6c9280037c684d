import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Manifest } from '../../src/models'
import { modelForm, modelTexts } from '../../src/palette/model-form'
import { modelHelp } from '../../src/palette/model-help'
import { RUN_WORDS } from '../../src/palette/model-run'
import { modelScript } from '../../src/palette/model-script'
import { WEIGHTS_WORDS } from '../../src/palette/model-weights'
import { onnxNode } from './onnx-node'

/** Words that all models' forms share. */
const COMMON = {
  name: 'Name',
  variant: 'Variant',
  engine: 'Engine',
  format: 'Send as',
  formats: {
    value: 'Image (for other nodes)',
    png: 'PNG Buffer',
    jpeg: 'JPEG Buffer',
    webp: 'WebP Buffer',
    dataURI: 'Data URI (for web pages)',
  },
  queue: 'When busy',
  queues: { all: 'Keep all', latest: 'Keep the latest', drop: 'Drop the new' },
  limit: 'At most waiting',
  ...RUN_WORDS,
  weights: WEIGHTS_WORDS,
}

/** Writes `dist/nodes/models/models.html`, all models' nodes as literal html, and the English texts of their forms. */
export function writeModelNodes(root: string, models: Manifest[]): void {
  const html = models.map((model) => [modelScript(model), modelForm(model), modelHelp(model)].join('\n'))
  const texts = Object.fromEntries(models.map((model) => [model.id, modelTexts(model)]))
  const folder = join(root, 'dist/nodes/models')
  const onnx = onnxNode(root)
  write(join(folder, 'models.html'), [...html, onnx.html].join('\n'))
  write(
    join(folder, 'locales/en-US/models.json'),
    JSON.stringify({ common: COMMON, onnx: onnx.texts, ...texts }, null, 2),
  )
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${text}\n`)
}
