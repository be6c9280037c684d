/** Everything that the compiler does not make: the nodes' html, the declarations, the editor's code. Runs after it. */
import { resolve } from 'node:path'
import { loadManifests } from '../src/models'
import { copyNodeFiles } from './build/copy-node-files'
import { writeDeclarations } from './build/declarations'
import { buildEditor } from './build/editor'
import { writeModelNodes } from './build/model-nodes'

const root = resolve(__dirname, '../..')

async function build(): Promise<void> {
  const models = loadManifests()
  copyNodeFiles(root, models)
  writeModelNodes(root, models)
  writeDeclarations(root, models)
  await buildEditor(root)
}

build().catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})
