import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join, resolve, sep } from 'node:path'
import { modelsFolder } from './folder'
import type { Model, Step, Variant, VariantFile } from './manifest'

let userDir = join(homedir(), '.node-red')

/**
 * The folder for downloaded weights. The environment variable `DAISYCHAIN_MODELS` takes precedence over
 * Node-RED's user directory.
 */
export function modelStore(): string {
  return resolve(process.env.DAISYCHAIN_MODELS || join(userDir, 'daisychain', 'models'))
}

/** Node-RED's user directory. */
export function userDirectory(): string {
  return userDir
}

/** Sets Node-RED's user directory. Downloaded weights are stored in its `daisychain/models`. */
export function setUserDirectory(folder: string): void {
  userDir = folder
}

/** The name that identifies a variant on the command line. */
export function variantId(model: Model, variant: Variant): string {
  return `${model.id}/${variant.id}`
}

/** All files of a variant. */
export function filesOf({ file, files, steps, bytes = 0, sha256 = '' }: Variant): VariantFile[] {
  if (files) return files
  // A user's own file next to a manifest may have no size and checksum.
  const facts = { bytes, sha256, ...(bytes === 0 && ({ rounded: true } as const)) }
  const paths = steps ? steps.flatMap((step) => stepFile(step) ?? []) : [file]
  return [...new Set(paths)].map((path) => ({ path, ...facts }))
}

/** The file of a step: relative to the manifest, or the absolute path of another bundled model's file. */
export function stepFile({ file, model }: Step): string | undefined {
  return model === undefined || file === undefined ? file : join(modelsFolder, model, file)
}

/** The session options of a file: those of the step that runs it, or else the variant's. */
export function sessionOf({ steps = [], session }: Variant, file: string): Variant['session'] {
  return steps.find((step) => stepFile(step) === file)?.session ?? session
}

/** Whether the variant's weights must be downloaded. */
export function isDownloadable(variant: Variant): boolean {
  return filesOf(variant).some(({ url }) => url !== undefined)
}

/**
 * The folder with a variant's files: the model's own, or the variant's folder in the store if it is
 * downloadable.
 */
export function variantFolder(model: Model, variant: Variant): string {
  return isDownloadable(variant) ? join(modelStore(), model.id, variant.id) : model.folder
}

/**
 * The path of one of a variant's files. Files without a URL are bundled with the model. A user's own file may
 * have its own versions of them next to it.
 */
export function modelPath(model: Model, variant: Variant, file: string = variant.file): string {
  if (isAbsolute(file)) return file
  const beside = join(dirname(variant.file), file)
  if (isUsersFile(variant)) return existsSync(beside) ? beside : join(model.folder, file)
  const isDownloaded = filesOf(variant).some(({ path, url }) => path === file && url !== undefined)
  return join(isDownloaded ? variantFolder(model, variant) : model.folder, file)
}

/** The picture files that describe what a variant knows. */
export function picturePaths({ folder }: Model, { picture = [] }: Variant): string[] {
  const places = [folder, join(modelsFolder, 'worlds')]
  return [picture].flat().flatMap((name) => places.map((place) => join(place, name)).find(existsSync) ?? [])
}

/** A step that runs another bundled model's file has an absolute path too. */
function isUsersFile({ file }: Variant): boolean {
  return isAbsolute(file) && !file.startsWith(join(modelsFolder, sep))
}
