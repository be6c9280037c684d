import { realpathSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { ValueError } from '../types'
import { readPath } from './path'

export interface FileRules {
  /** The folder for relative paths. Default: the process's working directory. */
  workingFolder?: string
  /** The only folder in which files may be read or written, even through links. */
  root?: string
}

/**
 * The absolute path of a file or folder, which needn't exist yet, interpreted by `readPath`.
 *
 * @throws ValueError if it is outside the allowed root
 */
export async function allowedPath(path: string, { workingFolder, root }: FileRules): Promise<string> {
  const absolute = resolve(workingFolder || '.', readPath(path))
  if (root && leadsOut(await realPath(resolve(root)), await realPath(absolute))) throw outside(absolute, root)
  return absolute
}

/** The same check, synchronously, for an absolute path. @throws ValueError */
export function requireInside(path: string, root: string): void {
  if (path.includes('\0')) throw new ValueError('the path contains a zero byte, so it cannot name a file')
  if (leadsOut(realPathSync(resolve(root)), realPathSync(path))) throw outside(path, root)
}

function leadsOut(root: string, path: string): boolean {
  const inside = relative(root, path)
  return inside === '..' || inside.startsWith('../') || inside.startsWith('..\\') || isAbsolute(inside)
}

function outside(path: string, root: string): ValueError {
  return new ValueError(`${path} is outside ${root}, the only folder that may be used`)
}

/** Resolves all links, as far as the path exists. */
async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch {
    const parent = dirname(path)
    return parent === path ? path : join(await realPath(parent), path.slice(parent.length))
  }
}

function realPathSync(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const parent = dirname(path)
    return parent === path ? path : join(realPathSync(parent), path.slice(parent.length))
  }
}
