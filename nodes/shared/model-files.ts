import { existsSync } from 'node:fs'
import { mkdir, rm, rmdir, stat } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { allowedPath, listFiles, makeFolder, readPath, requireInside } from '../../src/files'
import { modelsFolder } from '../../src/models'
import { ValueError } from '../../src/types'
import type { FileSettings } from './file-rules'
import { uploadName, writeUpload } from './write-upload'

/** Where models are looked for, in the user directory. */
const FOLDER = 'daisychain'
/** Where they are uploaded to, each model into its own folder: its weights, tokenizer and labels are beside it. */
const UPLOADS = `${FOLDER}/onnx`

/** The largest file that is accepted from the browser, in bytes. */
export const LARGEST_MODEL = 4e9
const ADVICE = ': copy it to the computer that runs Node-RED instead, and enter its path'

/**
 * The absolute path of a model's file. Relative ones start in the user directory; `models/…` may also be one of those
 * that come with the package. Read as `readPath` says.
 *
 * @throws ValueError
 */
export function modelFile(file: unknown, { userDir = '.', daisychainRoot }: FileSettings): string {
  if (typeof file !== 'string' || file.trim() === '')
    throw new ValueError('No model is chosen: open the node and choose an .onnx file.', 'flow')
  const given = readPath(file.trim())
  const path = resolve(userDir, given)
  const bundled = resolve(modelsFolder, '..', given)
  if (bundled.startsWith(modelsFolder + sep) && !existsSync(path) && existsSync(bundled)) return bundled
  if (daisychainRoot) requireInside(path, daisychainRoot)
  return path
}

/** The .onnx files in the user directory's folder `daisychain`; paths are relative to the user directory. */
export async function listModels(userDir: string): Promise<{ path: string; bytes: number }[]> {
  const folder = join(userDir, FOLDER)
  const { files } = await listFiles(folder, { recursive: true, wanted: (path) => /\.onnx$/i.test(path) }).catch(() => ({
    files: [],
  }))
  return Promise.all(
    files.map(async (file) => ({ path: `${FOLDER}/${file}`, bytes: (await stat(join(folder, file))).size })),
  )
}

/**
 * Keeps an uploaded model in a new folder, or a file next to a model that was uploaded before.
 *
 * @param beside the path of that model; nothing is put next to a model elsewhere
 * @returns its path, relative to the user directory
 * @throws ValueError
 */
export async function keepModel(
  userDir: string,
  given: { name: string; beside?: string },
  body: IncomingMessage,
  largest: number = LARGEST_MODEL,
): Promise<string> {
  const name = uploadName(given.name)
  if (!/\.(onnx|data|bin|txt|json|names|labels|csv|weights)$/i.test(name))
    throw new ValueError(`"${given.name}" isn't a model: choose an .onnx file, its weights, or a list of labels`)
  const known = given.beside ? await uploadFolder(userDir, given.beside) : null
  const folder = known ?? (await newFolder(join(userDir, UPLOADS), name.replace(/\.[^.]*$/, '') || name))
  try {
    await writeUpload(folder, name, body, { largest, advice: ADVICE })
  } catch (error) {
    // A new folder is removed; one with contents stays.
    await rmdir(folder).catch(() => {})
    throw error
  }
  return `${UPLOADS}/${basename(folder)}/${name}`
}

/** Whether a file of this name is beside a model already. */
export async function isBeside(
  userDir: string,
  { name, beside = '' }: { name: string; beside?: string },
): Promise<boolean> {
  const folder = beside ? await uploadFolder(userDir, beside) : null
  return folder !== null && existsSync(join(folder, uploadName(name)))
}

/** Removes an upload: a model with its folder, or a single other file. Files elsewhere stay. */
export async function forgetUpload(userDir: string, path: string): Promise<void> {
  const folder = await uploadFolder(userDir, path)
  if (!folder) return
  if (/\.onnx$/i.test(path)) return rm(folder, { recursive: true, force: true })
  await rm(join(folder, basename(path)), { force: true })
  // A folder that was made for it is empty now.
  await rmdir(folder).catch(() => {})
}

/** The folder of a model that was uploaded; null if it is elsewhere. */
async function uploadFolder(userDir: string, model: string): Promise<string | null> {
  const root = join(userDir, UPLOADS)
  const path = await allowedPath(model, { workingFolder: userDir, root }).catch(() => null)
  const folder = path && dirname(path)
  return folder && dirname(folder) === resolve(root) && existsSync(folder) ? folder : null
}

/** Two models with the same name don't mix: the second becomes `model (2)`. */
async function newFolder(root: string, name: string): Promise<string> {
  await makeFolder(root)
  for (let number = 1; ; number++) {
    const folder = join(root, number === 1 ? name : `${name} (${number})`)
    try {
      await mkdir(folder)
      return folder
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}
