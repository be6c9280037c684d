import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createEngine, type Engine } from '../../src/engine'
import {
  findVariant,
  isDownloadable,
  loadManifests,
  type Manifest,
  type Model,
  runModel,
  type Variant,
  type VariantFile,
} from '../../src/models'
import { goldenFile, goldenFolder, goldenInputs } from './golden'
import { portsInWords } from './ports'

type Say = (line: string) => void

/**
 * Writes size and SHA-256 of the model files next to their manifests into these.
 * @returns the ids of the models whose files have changed
 */
export function sealManifests(folder: string, say: Say): string[] {
  return readdirSync(folder).filter((id) => {
    const file = join(folder, id, 'manifest.json')
    if (!existsSync(file)) return false
    const before = readFileSync(file, 'utf8')
    let text = before
    for (const sealed of (JSON.parse(text) as Manifest).variants.flatMap(besideManifest)) {
      const file = join(folder, id, sealed.path)
      if (existsSync(file)) text = withSeal(text, sealed, readFileSync(file))
    }
    if (text === before) return false
    writeFileSync(file, text)
    say(`${id}: size and checksum written`)
    return true
  })
}

/**
 * The manifest with a file's new size and hash, in place, so that its formatting stays. Files of the same
 * size are distinguished by their hash.
 * @throws Error if size and hash aren't next to each other
 */
function withSeal(text: string, { path, bytes, sha256 }: VariantFile, now: Buffer): string {
  const hash = createHash('sha256').update(now).digest('hex')
  const sides = new RegExp(
    `(?<="sha256": "${sha256}",\\s*"bytes": )${bytes}\\b|\\b${bytes}(?=,\\s*"sha256": "${sha256}")`,
  )
  if (!sha256 || !sides.test(text))
    throw new Error(
      `The manifest of ${path} must have "sha256" and "bytes" of it side by side: write any, 64 digits and 1.`,
    )
  return text.replace(sides, String(now.length)).replace(sha256, hash)
}

/** The files of a variant that have no known address. */
function besideManifest({ file, bytes = 0, sha256 = '', files, steps }: Variant): VariantFile[] {
  if (files) return files.filter(({ url }) => url === undefined)
  return steps ? [] : [{ path: file, bytes, sha256 }]
}

/**
 * Keeps, in each model's own folder, its ports in words and its results for known inputs, for the tests to
 * compare. Reports what became of each model.
 * @param changed the ids of models whose files have changed
 * @throws Error after all models, if one could not be run; nothing of that one is kept
 */
export async function sealModels(folder: string, changed: readonly string[], say: Say): Promise<void> {
  const engine = createEngine({ device: 'cpu', log: () => {} })
  const failed: string[] = []
  for (const model of loadManifests(folder)) {
    const done: string[] = []
    try {
      if (keepPorts(model)) done.push('ports.json written')
      if (isDownloadable(findVariant(model))) done.push('no golden output, its weights are to be downloaded')
      else if (changed.includes(model.id) || !hasGolden(model)) {
        await writeGolden(model, engine)
        done.push('golden output written')
      }
    } catch (error) {
      failed.push(model.id)
      done.push(`no golden output: ${(error as Error).message}`)
    }
    say(`${model.id}: ${done.join('; ') || 'as sealed'}`)
  }
  await engine.close()
  if (failed.length > 0) throw new Error(`Not sealed: ${failed.join(', ')}.`)
}

/** Whether there is a file for each of its outputs. */
function hasGolden(model: Model): boolean {
  const folder = goldenFolder(model)
  const files = existsSync(folder) ? readdirSync(folder) : []
  return model.outputs.flat().every(({ name }) => files.some((file) => file.startsWith(`${name}.`)))
}

async function writeGolden(model: Model, engine: Engine): Promise<void> {
  const { outputs } = await runModel(model, findVariant(model), await goldenInputs(model), engine)
  const made = await Promise.all(
    Object.entries(outputs).map(async ([name, value]) => ({ name, ...(await goldenFile(value)) })),
  )
  const folder = goldenFolder(model)
  mkdirSync(folder, { recursive: true })
  for (const file of readdirSync(folder)) if (file !== 'inputs.json') rmSync(join(folder, file))
  for (const { name, ending, bytes } of made) writeFileSync(join(folder, `${name}.${ending}`), bytes)
}

/** Existing ports are never overwritten: to change a node's ports on purpose, remove the file. */
function keepPorts(model: Model): boolean {
  const file = join(model.folder, 'ports.json')
  if (existsSync(file)) return false
  writeFileSync(file, `${JSON.stringify(portsInWords(model), null, 2)}\n`)
  return true
}
