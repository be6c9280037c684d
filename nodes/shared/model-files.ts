import { existsSync } from 'node:fs'
import { mkdir, rm, rmdir, stat } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { allowedPath, listFiles, makeFolder, readPath, requireInside } from '../../src/files'
import { modelsFolder } from '../../src/models'
import { ValueError } from '../../src/types'
import type { FileSettings } from './file-rules'
import { uploadName, writeUpload } from './write-upload'

/** The folder in the user directory that is searched for models. */
const FOLDER = 'daisychain'
/**
 * The folder for uploads. Each model gets its own subfolder, with its weights, tokenizer and labels next to
 * it.
 */
const UPLOADS = `${FOLDER}/onnx`

/** The largest file that is accepted from the browser, in bytes. */
export const LARGEST_MODEL = 4e9
const ADVICE = ': copy it to the computer that runs Node-RED instead, and enter its path'

/**
 * The absolute path of a model's file. Relative paths start in the user directory; `models/…` may also name a
 * model of this package. The root is enforced as in `readPath`.
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
 * Saves an uploaded model in a new folder, or a file next to a model that was uploaded before.
 * @param beside the path of that model. Nothing is saved next to models in other folders
 * @returns the file's path, relative to the user directory
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
    // Only an empty folder is removed.
    await rmdir(folder).catch(() => {})
    throw error
  }
  return `${UPLOADS}/${basename(folder)}/${name}`
}

/** Whether a file of this name is already next to a model. */
export async function isBeside(
  userDir: string,
  { name, beside = '' }: { name: string; beside?: string },
): Promise<boolean> {
  const folder = beside ? await uploadFolder(userDir, beside) : null
  return folder !== null && existsSync(join(folder, uploadName(name)))
}

/** Removes an upload: a model with its folder, or another single file. Files in other folders stay. */
export async function forgetUpload(userDir: string, path: string): Promise<void> {
  const folder = await uploadFolder(userDir, path)
  if (!folder) return
  if (/\.onnx$/i.test(path)) return rm(folder, { recursive: true, force: true })
  await rm(join(folder, basename(path)), { force: true })
  // The folder that was created for it is empty now.
  await rmdir(folder).catch(() => {})
}

/** The folder of an uploaded model; null if the model is elsewhere. */
async function uploadFolder(userDir: string, model: string): Promise<string | null> {
  const root = join(userDir, UPLOADS)
  const path = await allowedPath(model, { workingFolder: userDir, root }).catch(() => null)
  const folder = path && dirname(path)
  return folder && dirname(folder) === resolve(root) && existsSync(folder) ? folder : null
}

/** Two models of the same name get different folders: the second one's is `model (2)`. */
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
