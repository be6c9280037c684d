import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { atMost, isPictureName, isVideoName, naturalOrder, sayFileError } from '../../src/files'
import { ValueError } from '../../src/types'

/** The largest file that is taken, in bytes. */
const LARGEST = 500 * 2 ** 20

/** How many files a node keeps. */
const MOST = 5000

/** Where the pictures and videos lie that were uploaded for a node. */
export function uploadsFolder(userDir: string, nodeId: string): string {
  return join(userDir, 'daisychain', 'uploads', nodeId.replace(/[^\w.-]|^\.+$/g, '_'))
}

export async function listUploads(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.filter((name) => !name.startsWith('.')).sort(naturalOrder)
}

/**
 * Keeps an uploaded picture or video under its own name; it is there whole or not at all.
 *
 * @throws ValueError
 */
export async function keepUpload(folder: string, givenName: string, body: IncomingMessage): Promise<string> {
  const name = basename(givenName.replace(/\\/g, '/'))
    .replace(/[^\p{L}\p{N}._ ()-]/gu, '_')
    .replace(/^\.+/, '')
  if (!isPictureName(name) && !isVideoName(name)) {
    throw new ValueError(
      `"${givenName}" is no picture and no video: JPEG, PNG, WebP, GIF, TIFF, AVIF and video files can be uploaded`,
    )
  }
  const temporary = join(folder, `.${Date.now()}-${Math.random().toString(36).slice(2)}.part`)
  try {
    await mkdir(folder, { recursive: true })
    if ((await readdir(folder)).length >= MOST)
      throw new ValueError(`${MOST} files are here already: remove them first`)
    await pipeline(body, atMost(LARGEST, name), createWriteStream(temporary))
    await rename(temporary, join(folder, name))
    return name
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw error instanceof ValueError ? error : new ValueError(`${name} ${sayFileError(error)}`)
  }
}

export async function clearUploads(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
}
