/**
 * Writes size and SHA-256 of each model file that lies beside its manifest into the manifest:
 * `npm run seal` after a model was exported; a folder as argument seals the models in it.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Manifest } from '../src/models'

const folder = process.argv[2] ?? 'models'
for (const id of readdirSync(folder)) {
  const file = join(folder, id, 'manifest.json')
  if (!existsSync(file)) continue
  let text = readFileSync(file, 'utf8')
  for (const variant of (JSON.parse(text) as Manifest).variants) {
    const path = join(folder, id, variant.file)
    if (!existsSync(path)) continue
    const bytes = readFileSync(path)
    // In place, so that the file keeps its form.
    text = text.replace(variant.sha256, createHash('sha256').update(bytes).digest('hex'))
    text = text.replace(`"bytes": ${variant.bytes},`, `"bytes": ${bytes.length},`)
  }
  if (text !== readFileSync(file, 'utf8')) {
    writeFileSync(file, text)
    console.log(`${id}: sealed`)
  }
}
