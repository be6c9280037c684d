import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Writes a file that only Node-RED's user may read, in a folder that is created if necessary. The file is
 * complete or absent, even after a power cut.
 */
export async function writeKept(file: string, pieces: Buffer[]): Promise<void> {
  const part = `${file}.part`
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(part, pieces, { flush: true, mode: 0o600 })
    await rename(part, file)
  } catch (error) {
    await rm(part, { force: true }).catch(() => {})
    throw error
  }
}
