import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readTextFile } from '../files'
import { readJson } from '../types'
import { modelsFolder } from './folder'
import type { Manifest, Model, Variant } from './manifest'
import { validateManifest } from './validate'

/** Reads every `<folder>/<id>/manifest.json`, sorted by id. @throws Error with one line for each fault */
export function loadManifests(folder: string = modelsFolder): Model[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'manifest.json')))
    .map((entry) => loadManifest(join(folder, entry.name)))
    .sort((a, b) => a.id.localeCompare(b.id))
}

/** Reads `<folder>/manifest.json`. @throws Error with one line for each fault */
export function loadManifest(folder: string): Model {
  const file = join(folder, 'manifest.json')
  let manifest: unknown
  try {
    manifest = readJson(readTextFile(file))
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as Error).message}`)
  }
  const faults = validateManifest(manifest)
  if (faults.length > 0) throw new Error(faults.map((fault) => `${file}: ${fault}`).join('\n'))
  return { ...complete(manifest as Manifest), folder: resolve(folder) }
}

/** Fills in what a variant with steps may leave out; its main file is the first step's own file. */
function complete(manifest: Manifest): Manifest {
  const whole = (variant: Variant): Variant => {
    const own = (variant.steps ?? []).filter(({ model }) => model === undefined)
    const file = own.find((step) => step.file)?.file
    return file === undefined ? variant : { ...variant, file, feeds: {}, fetches: {} }
  }
  return { ...manifest, variants: manifest.variants.map(whole) }
}
