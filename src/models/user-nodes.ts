import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { filesBeside } from './files-beside'
import { loadManifest } from './load'
import { filesOf, isDownloadable, modelPath } from './locate'
import type { Model, Variant } from './manifest'
import { nameFaults } from './name-faults'

/** The folder in which each subfolder becomes a node. */
export function userNodesFolder(userDir: string): string {
  return join(userDir, 'daisychain', 'nodes')
}

/**
 * The models in a user's folders: `<userDir>/daisychain/nodes/<name>/manifest.json`, with the .onnx files
 * next to it.
 * @param taken node types that already exist
 * @returns the models, and a sentence about each folder that can't be used
 */
export function loadUserNodes(userDir: string, taken: Iterable<string>): { models: Model[]; problems: string[] } {
  const folder = userNodesFolder(userDir)
  const models: Model[] = []
  const problems: string[] = []
  const types = new Set(taken)
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith('.')) : []
  for (const name of names.sort()) {
    const place = join(folder, name)
    if (!existsSync(join(place, 'manifest.json'))) {
      if (!/\.\w+$/.test(name)) problems.push(`${place} is not a node: there is no manifest.json in it.`)
      continue
    }
    try {
      const model = loadManifest(place)
      const missing = model.variants
        .flatMap((variant) => filesHere(variant).map((path) => ({ variant, path })))
        .find(({ variant, path }) => !existsSync(modelPath(model, variant, path)))
      if (types.has(model.node))
        throw new Error(`the node ${model.node} already exists; choose another "id" and "node" in manifest.json`)
      if (missing) throw new Error(`its file ${missing.path} is missing; put it in the same folder`)
      const [fault] = nameFaults(model)
      if (fault) throw new Error(fault)
      types.add(model.node)
      models.push(model)
    } catch (error) {
      problems.push(`${place} cannot become a node: ${(error as Error).message}.`.replace(/\.\.$/, '.'))
    }
  }
  return { models, problems }
}

/** The files of a variant that must be in its folder because they aren't downloaded. */
function filesHere(variant: Variant): string[] {
  const files = filesOf(variant)
  const isDownloaded = (name: string) => files.some(({ path, url }) => path === name && url !== undefined)
  const run = isDownloadable(variant) ? [] : files.map(({ path }) => path)
  return [...run, ...filesBeside(variant)].filter((path) => !isDownloaded(path))
}
