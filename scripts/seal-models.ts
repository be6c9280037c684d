/**
 * `npm run seal`, after a model was exported: writes size and SHA-256 of the model files that lie beside their manifests
 * into these, and what the bundled models make of known inputs into `test/fixtures/golden`, for the tests to compare.
 * A folder as argument seals only the manifests in it.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createEngine } from '../src/engine'
import { findVariant, isPresent, loadManifests, type Manifest, runModel } from '../src/models'
import { goldenFile, goldenFolder, goldenInputs } from '../test/models/golden'

async function seal(): Promise<void> {
  const [, , folder] = process.argv
  const changed = sealManifests(folder ?? 'models')
  if (!folder) await writeGolden(changed)
}

/** Returns the ids of the models whose files have changed. */
function sealManifests(folder: string): string[] {
  return readdirSync(folder).filter((id) => {
    const file = join(folder, id, 'manifest.json')
    if (!existsSync(file)) return false
    const before = readFileSync(file, 'utf8')
    let text = before
    for (const variant of (JSON.parse(text) as Manifest).variants) {
      const path = join(folder, id, variant.file)
      if (variant.files || !existsSync(path)) continue
      const bytes = readFileSync(path)
      // In place, so that the file keeps its form.
      text = text.replace(String(variant.sha256), createHash('sha256').update(bytes).digest('hex'))
      text = text.replace(`"bytes": ${variant.bytes},`, `"bytes": ${bytes.length},`)
    }
    if (text === before) return false
    writeFileSync(file, text)
    console.log(`${id}: sealed`)
    return true
  })
}

async function writeGolden(changed: string[]): Promise<void> {
  const engine = createEngine({ device: 'cpu' })
  for (const model of loadManifests()) {
    const folder = join(goldenFolder, model.id)
    const variant = findVariant(model)
    if (!isPresent(model, variant) || (existsSync(folder) && !changed.includes(model.id))) continue
    mkdirSync(folder, { recursive: true })
    const { outputs } = await runModel(model, variant, await goldenInputs(model.id), engine)
    for (const [name, value] of Object.entries(outputs)) {
      const { ending, bytes } = await goldenFile(value)
      writeFileSync(join(folder, `${name}.${ending}`), bytes)
    }
    console.log(`${model.id}: golden output written`)
  }
  await engine.close()
}

seal().catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})
