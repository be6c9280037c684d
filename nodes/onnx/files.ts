import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { atMost, listFiles, writeWhole } from '../../src/files'
import { ValueError } from '../../src/types'

/** The largest file that is taken, in bytes: ONNX's own weights files are rarely larger. */
const LARGEST = 8 * 2 ** 30

/** Where models are looked for and uploaded to, in the user directory. */
const FOLDER = 'daisychain'

/** The .onnx files in the user directory's folder `daisychain`, newest format of paths: relative to the user directory. */
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
 * Keeps an uploaded model or list of labels; it is there whole or not at all.
 *
 * @returns its path, relative to the user directory
 * @throws ValueError
 */
export async function keepModel(userDir: string, givenName: string, body: IncomingMessage): Promise<string> {
  const name = basename(givenName.replace(/\\/g, '/'))
    .replace(/[^\p{L}\p{N}._ ()+-]/gu, '_')
    .replace(/^\.+/, '')
  if (!/\.(onnx|data|bin|txt|json|names|labels|csv|weights)$/i.test(name))
    throw new ValueError(`"${givenName}" is no model: choose an .onnx file, its weights, or a list of labels`)
  const path = join(userDir, FOLDER, 'onnx', name)
  await writeWhole(path, 'overwrite', (temporary) =>
    pipeline(body, atMost(LARGEST, name), createWriteStream(temporary)),
  )
  return `${FOLDER}/onnx/${name}`
}
