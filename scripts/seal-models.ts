/**
 * `npm run seal`, after a model was exported: writes size and SHA-256 of the model files next to their
 * manifests into these, and keeps each model's ports and its results for known inputs in its folder. A folder
 * as argument seals only the manifests in it.
 */
import { modelsFolder } from '../src/models'
import { sealManifests, sealModels } from './seal/seal'

async function seal(): Promise<void> {
  const [, , folder] = process.argv
  const changed = sealManifests(folder ?? modelsFolder, console.log)
  if (!folder) await sealModels(modelsFolder, changed, console.log)
}

seal().catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})
