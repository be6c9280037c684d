import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { allowedPath, type FileRules, listFiles } from '../../src/files'
import { isSoundName, ValueError } from '../../src/types'

/** The sound at a path, or all sounds in a folder and its subfolders, in natural order. @throws ValueError */
export async function soundFiles(path: string, rules: FileRules): Promise<string[]> {
  if (!path) throw new ValueError('no file or folder is set: open the node and choose one', 'flow')
  const absolute = await allowedPath(path, rules)
  const found = await stat(absolute).catch(() => null)
  if (!found?.isDirectory()) return [absolute]
  const { files } = await listFiles(absolute, { recursive: true, wanted: isSoundName })
  if (files.length === 0) throw new ValueError(`${absolute} contains no sounds`)
  return files.map((file) => join(absolute, file))
}
