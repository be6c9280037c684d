import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { temporaryName } from '../../src/apart/left-behind'
import { sayFileError } from '../../src/files'
import { ValueError } from '../../src/types'

/** Creates a folder for data until its file is written. @throws ValueError */
export async function temporaryFolder(place = tmpdir()): Promise<string> {
  try {
    return await mkdtemp(join(place, temporaryName('export')))
  } catch (error) {
    throw new ValueError(`${place}, the folder for temporary files, ${sayFileError(error)}`, 'flow')
  }
}

/** Errors are ignored: the file has been written, and the system clears its temporary files. */
export async function removeTemporary(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(() => {})
}
