/**
 * Makes everything that the compiler doesn't: the nodes' HTML, the declarations, the editor's code. Runs
 * after it.
 */
import { resolve } from 'node:path'
import { loadManifests } from '../src/models'
import { copyNodeFiles } from './build/copy-node-files'
import { writeDeclarations } from './build/declarations'
import { buildEditor } from './build/editor'
import { handNodes, writeHandNodes } from './build/hand-nodes'
import { writeModelNodes } from './build/model-nodes'
import { buildPages } from './build/pages'
import { writeSchemas } from './build/schemas'

const root = resolve(__dirname, '../..')

async function build(): Promise<void> {
  const models = loadManifests()
  copyNodeFiles(root, models)
  const nodes = handNodes(root)
  writeHandNodes(root, nodes)
  writeModelNodes(root, models, nodes)
  writeDeclarations(root, models, nodes)
  writeSchemas(root, models, nodes)
  await buildEditor(root)
  await buildPages(root)
}

build().catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})
