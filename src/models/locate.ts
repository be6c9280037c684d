import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join, resolve, sep } from 'node:path'
import { modelsFolder } from './folder'
import type { Model, Step, Variant, VariantFile } from './manifest'

let userDir = join(homedir(), '.node-red')

/** Where downloaded weights are kept; `DAISYCHAIN_MODELS` in the environment takes precedence over what was set. */
export function modelStore(): string {
  return resolve(process.env.DAISYCHAIN_MODELS || join(userDir, 'daisychain', 'models'))
}

/** Node-RED's user directory. */
export function userDirectory(): string {
  return userDir
}

/** Sets Node-RED's user directory: downloaded weights are kept in `daisychain/models` there. */
export function setUserDirectory(folder: string): void {
  userDir = folder
}

/** The name of a variant on the command line. */
export function variantId(model: Model, variant: Variant): string {
  return `${model.id}/${variant.id}`
}

/** All files of a variant. */
export function filesOf({ file, files, steps, bytes = 0, sha256 = '' }: Variant): VariantFile[] {
  if (files) return files
  // A file that a user put next to a manifest needn't be sealed.
  const facts = { bytes, sha256, ...(bytes === 0 && ({ rounded: true } as const)) }
  const paths = steps ? steps.flatMap((step) => stepFile(step) ?? []) : [file]
  return [...new Set(paths)].map((path) => ({ path, ...facts }))
}

/** The file of a step: beside the manifest, or the absolute path of another model's in the package. */
export function stepFile({ file, model }: Step): string | undefined {
  return model === undefined || file === undefined ? file : join(modelsFolder, model, file)
}

/** How one of a variant's files is opened: as its step says, otherwise as the variant does. */
export function sessionOf({ steps = [], session }: Variant, file: string): Variant['session'] {
  return steps.find((step) => stepFile(step) === file)?.session ?? session
}

/** Whether a variant's weights do not come with the package. */
export function isDownloadable(variant: Variant): boolean {
  return filesOf(variant).some(({ url }) => url !== undefined)
}

/** Where a variant's files are: the model's own folder, or for a downloadable variant a folder in the store. */
export function variantFolder(model: Model, variant: Variant): string {
  return isDownloadable(variant) ? join(modelStore(), model.id, variant.id) : model.folder
}

/**
 * Where one of a variant's files is. Files without an address are bundled with the model; a user's own file may have
 * replacements next to it.
 */
export function modelPath(model: Model, variant: Variant, file: string = variant.file): string {
  if (isAbsolute(file)) return file
  const beside = join(dirname(variant.file), file)
  if (isUsersFile(variant)) return existsSync(beside) ? beside : join(model.folder, file)
  const isDownloaded = filesOf(variant).some(({ path, url }) => path === file && url !== undefined)
  return join(isDownloaded ? variantFolder(model, variant) : model.folder, file)
}

/** The files of the pictures that show what a variant knows. */
export function picturePaths({ folder }: Model, { picture = [] }: Variant): string[] {
  const places = [folder, join(modelsFolder, 'worlds')]
  return [picture].flat().flatMap((name) => places.map((place) => join(place, name)).find(existsSync) ?? [])
}

/** A step may run another model's file, whose path is absolute too. */
function isUsersFile({ file }: Variant): boolean {
  return isAbsolute(file) && !file.startsWith(join(modelsFolder, sep))
}
