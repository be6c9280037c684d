import { type Stats, statSync } from 'node:fs'
import { EngineError } from '../engine'
import { checksumOf } from '../files'
import { filesOf, isDownloadable, modelPath, variantId } from './locate'
import type { Model, Variant, VariantFile } from './manifest'

/** Files that have been read in full, by path and state → whether their contents are the published ones. */
const read = new Map<string, Promise<boolean>>()
/** The keys of those files whose contents aren't the published ones. */
const wrong = new Set<string>()

/**
 * Whether all of a variant's files exist with the right sizes, and none is known to have other contents. `npx
 * daisychain models verify` checks all contents.
 */
export function isPresent(model: Model, variant: Variant): boolean {
  return filesOf(variant).every((file) => {
    const path = modelPath(model, variant, file.path)
    const found = look(path)
    return found !== null && faultOf(path, found, file) === null
  })
}

/** What is wrong with downloaded files, in one sentence; null if nothing is, or if they are missing. */
export function damageOf(model: Model, variant: Variant): string | null {
  for (const file of downloadsOf(variant)) {
    const path = modelPath(model, variant, file.path)
    const found = look(path)
    const fault = found && faultOf(path, found, file)
    if (fault) return fault
  }
  return null
}

/**
 * Reads downloaded files in full when they are first needed, and again after they change: a truncated or
 * badly copied file may run and give wrong results.
 * @throws EngineError if a variant hasn't been downloaded yet, or its files are damaged
 */
export async function requireWeights(model: Model, variant: Variant): Promise<void> {
  if (!isDownloadable(variant)) return
  const files = downloadsOf(variant).map((file) => ({ ...file, path: modelPath(model, variant, file.path) }))
  if (isPresent(model, variant)) {
    await Promise.all(files.map(readOnce))
    if (isPresent(model, variant)) return
  }
  const name = `${model.label}'s ${variant.label}`
  const remedy = `open the node and press Download, or run “npx daisychain models fetch ${variantId(model, variant)}”.`
  const damage = damageOf(model, variant)
  if (damage) throw new EngineError('model-damaged', `${name} is damaged (${damage.replace(/\.$/, '')}): ${remedy}`)
  const missing = files.filter(({ path }) => !look(path))
  const part = missing.length < files.length && missing[0] ? ` completely (${missing[0].path} is missing)` : ' yet'
  throw new EngineError('model-missing', `${name} is not downloaded${part}: ${remedy}`)
}

const downloadsOf = (variant: Variant) => filesOf(variant).filter(({ url }) => url !== undefined)

async function readOnce({ path, sha256 }: VariantFile): Promise<void> {
  const found = look(path)
  if (!found) return
  const key = stateOf(path, found)
  const isRight =
    read.get(key) ??
    checksumOf(path, 'sha256').then(
      (sum) => sum === sha256,
      () => true, // whatever loads the file reports why it can't be read
    )
  read.set(key, isRight)
  if (!(await isRight)) wrong.add(key)
}

/** The file information for a path; null if nothing is there. */
function look(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null
  } catch {
    // A parent of the path isn't a folder.
    return null
  }
}

function faultOf(path: string, found: Stats, { bytes, rounded }: VariantFile): string | null {
  if (found.isDirectory()) return `${path} is a folder, where a file belongs.`
  if (!found.isFile()) return `${path} is not a file.`
  if (!rounded && found.size !== bytes) return `${path} has ${count(found.size)} instead of ${count(bytes)} bytes.`
  return wrong.has(stateOf(path, found)) ? `${path} doesn't have the published contents.` : null
}

const stateOf = (path: string, { size, mtimeMs, ino }: Stats) => `${path}\n${size} ${mtimeMs} ${ino}`
const count = (number: number) => number.toLocaleString('en')
