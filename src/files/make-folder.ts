import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Creates a folder and its parents. Node.js's own `recursive` option loops forever if an existing folder
 * refuses new ones with ENOENT, as folders of `/proc` and of some network disks do.
 *
 * @throws the system's error
 */
export async function makeFolder(path: string): Promise<void> {
  const parent = dirname(path)
  if (parent !== path && !(await kindOf(parent))) await makeFolder(parent)
  try {
    await mkdir(path)
  } catch (error) {
    if ((await kindOf(path)) !== 'folder') throw error
  }
}

async function kindOf(path: string): Promise<'folder' | 'other' | null> {
  const found = await stat(path).catch(() => null)
  return found && (found.isDirectory() ? 'folder' : 'other')
}
