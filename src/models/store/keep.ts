import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { checksumOf } from '../../files'
import { filesOf, isDownloadable, modelPath, modelStore, variantFolder, variantId } from '../locate'
import type { Model, Variant } from '../manifest'
import { partOf, removePart, sizeOf } from './attempt'
import { PACKAGES } from './fetch-variant'
import { isLocked } from './lock'
import { StoreError } from './store-error'

/** The state of one of a variant's files. */
export interface FileState {
  path: string
  state: 'right' | 'missing' | 'incomplete' | 'wrong size' | 'wrong bytes'
}

/** Verifies the full contents of a variant's files. */
export async function verifyVariant(model: Model, variant: Variant): Promise<FileState[]> {
  const findings: FileState[] = []
  for (const { path: name, bytes, rounded, sha256 } of filesOf(variant)) {
    const path = modelPath(model, variant, name)
    findings.push({ path, state: await stateOf(path, rounded ? null : bytes, sha256) })
  }
  return findings
}

/** @param bytes null if the exact size isn't known */
async function stateOf(path: string, bytes: number | null, sha256: string): Promise<FileState['state']> {
  const found = await stat(path).catch(() => null)
  if (!found?.isFile()) return (await sizeOf(partOf({ path }))) > 0 ? 'incomplete' : 'missing'
  if (bytes !== null && found.size !== bytes) return 'wrong size'
  return sha256 === '' || (await checksumOf(path, 'sha256')) === sha256 ? 'right' : 'wrong bytes'
}

/**
 * Deletes a variant's downloaded files, including partial ones. Returns the number of bytes freed.
 * @throws StoreError
 */
export async function removeVariant(model: Model, variant: Variant): Promise<number> {
  const id = variantId(model, variant)
  if (!isDownloadable(variant)) throw new StoreError(`${id} is bundled with the package, so it cannot be removed.`)
  await refuseWhileFetched(model, variant)
  const folder = variantFolder(model, variant)
  const bytes = await bytesIn(folder)
  await rm(folder, { recursive: true, force: true })
  return bytes
}

/** Deletes abandoned partial downloads. Returns the number of bytes freed. */
export async function removeParts(model: Model, variant: Variant): Promise<number> {
  if (!isDownloadable(variant) || (await isLocked(`${variantFolder(model, variant)}.lock`))) return 0
  let bytes = 0
  for (const { path: name } of filesOf(variant)) {
    const path = modelPath(model, variant, name)
    bytes += await sizeOf(partOf({ path }))
    await removePart({ path })
  }
  const packages = join(variantFolder(model, variant), PACKAGES)
  bytes += await bytesIn(packages)
  await rm(packages, { recursive: true, force: true })
  return bytes
}

async function refuseWhileFetched(model: Model, variant: Variant): Promise<void> {
  if (!(await isLocked(`${variantFolder(model, variant)}.lock`))) return
  throw new StoreError(`${variantId(model, variant)} is being downloaded: cancel that first.`)
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  let bytes = 0
  for (const entry of entries)
    if (entry.isFile()) bytes += await sizeOf(join(entry.parentPath ?? entry.path, entry.name))
  return bytes
}

/** Folders in the store that don't belong to any variant, as `model/variant`. */
export async function strangers(models: readonly Model[]): Promise<string[]> {
  const known = new Set(models.flatMap((model) => model.variants.map((variant) => variantId(model, variant))))
  const found: string[] = []
  for (const model of await foldersIn(modelStore()))
    for (const variant of await foldersIn(join(modelStore(), model)))
      if (!known.has(`${model}/${variant}`)) found.push(`${model}/${variant}`)
  return found
}

/** Deletes a folder returned by `strangers`. Returns the number of bytes freed. */
export async function removeStranger(id: string): Promise<number> {
  const folder = join(modelStore(), id)
  const bytes = await bytesIn(folder)
  await rm(folder, { recursive: true, force: true })
  return bytes
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
}
