import { realpath } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { ValueError } from '../types'

export interface FileRules {
  /** Where relative paths start. Default: where the process was started. */
  workingFolder?: string
  /** Nothing outside this folder is read or written, not through links either. */
  root?: string
}

/**
 * The absolute path of a file or folder, which need not exist yet.
 *
 * @throws ValueError when it lies outside the allowed root
 */
export async function allowedPath(path: string, { workingFolder, root }: FileRules): Promise<string> {
  if (path.includes('\0')) throw new ValueError('the path holds a zero byte, so it names no file')
  const absolute = resolve(workingFolder || '.', path)
  if (!root) return absolute
  const allowed = await realPath(resolve(root))
  const inside = relative(allowed, await realPath(absolute))
  if (inside === '..' || inside.startsWith('../') || inside.startsWith('..\\') || isAbsolute(inside)) {
    throw new ValueError(`${absolute} lies outside ${root}, the only folder that may be used here`)
  }
  return absolute
}

/** With all links followed, as far as the path exists. */
async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch {
    const parent = dirname(path)
    return parent === path ? path : join(await realPath(parent), path.slice(parent.length))
  }
}
