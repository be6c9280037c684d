import { randomBytes } from 'node:crypto'
import { access, link, open, rename, rm, unlink } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { ownTag, removeLeft } from '../apart/left-behind'
import { ValueError } from '../types'
import { sayFileError } from './file-error'
import { requireName } from './file-name'
import { makeFolder } from './make-folder'
import { shownPath } from './shown-path'

/** What to do if the file exists: write to a new name (`cat (2).png`), replace it, or refuse. */
export type Existing = 'number' | 'overwrite' | 'refuse'

/**
 * Writes a file under a temporary name in the same folder, which is created if necessary, and then renames
 * it. The file therefore exists completely or not at all, even after a power failure.
 *
 * @param write writes the file to the path it is given
 * @returns the path of the file
 * @throws ValueError
 */
export async function writeWhole(
  path: string,
  existing: Existing,
  write: (temporary: string) => Promise<void>,
): Promise<string> {
  requireName(basename(path))
  // The limit is in bytes, and a character may have three.
  const folder = dirname(path)
  const own = `${ownTag}.${randomBytes(6).toString('hex')}.part`
  const temporary = join(folder, `.${basename(path).slice(0, 50)}.${own}`)
  try {
    await makeFolder(folder)
    await tidy(folder)
    await write(temporary)
    const file = await open(temporary, 'r+')
    await file.sync().finally(() => file.close())
    return await place(temporary, path, existing)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw error instanceof ValueError ? error : new ValueError(sayWriteError(path, error))
  }
}

/** Folders that this process has cleaned up. */
const tidied = new Set<string>()

/** Called before the first file is written, because remains of interrupted writes are useless. */
async function tidy(folder: string): Promise<void> {
  if (tidied.has(folder)) return
  tidied.add(folder)
  await removeLeft(folder, (name) => name.startsWith('.') && name.endsWith('.part'))
}

/** The usual cause is a read-only folder, so that is the message. */
function sayWriteError(path: string, error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EACCES':
    case 'EPERM':
      return `${shownPath(basename(path))} cannot be written: the folder ${shownPath(dirname(path))} is read-only for the user Node-RED runs as`
    case 'ENOENT':
      return `${shownPath(basename(path))} cannot be written: the folder ${shownPath(dirname(path))} cannot be created`
    case 'EROFS':
      return `${shownPath(basename(path))} cannot be written: the folder ${shownPath(dirname(path))} is on a read-only disk`
    default:
      return `${shownPath(path)} ${sayFileError(error)}`
  }
}

async function place(temporary: string, path: string, existing: Existing): Promise<string> {
  if (existing === 'overwrite') {
    await rename(temporary, path)
    return path
  }
  for (let number = 1; ; number++) {
    const free = number === 1 ? path : numbered(path, number)
    try {
      await takeName(temporary, free)
      return free
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      if (existing === 'refuse') throw new ValueError(`${shownPath(path)} already exists, so it was not overwritten`)
    }
  }
}

function numbered(path: string, number: number): string {
  const ending = extname(path)
  return `${path.slice(0, path.length - ending.length)} (${number})${ending}`
}

/**
 * Fails if the name is taken, even if that has only just happened. Drives without hard links need a second
 * check.
 */
async function takeName(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path)
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    const isTaken = await access(path).then(
      () => true,
      () => false,
    )
    if (isTaken) throw Object.assign(new Error('the name is already in use'), { code: 'EEXIST' })
    await rename(temporary, path)
    return
  }
  await unlink(temporary)
}
