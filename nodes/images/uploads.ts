import { readdir, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { isPictureName, isVideoName, naturalOrder, sayFileError } from '../../src/files'
import { HEIC } from '../../src/images'
import { ValueError } from '../../src/types'
import { uploadName, writeUpload } from '../shared/write-upload'

/** The largest file that is accepted, in bytes. */
const MAX_UPLOAD_BYTES = 500e6

/** How many files a node keeps. */
const MAX_UPLOADS = 5000

export async function listUploads(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.filter((name) => !name.startsWith('.')).sort(naturalOrder)
}

/**
 * Saves an uploaded picture or video under its own name. The file appears complete or not at all.
 * @throws ValueError
 */
export async function keepUpload(folder: string, givenName: string, body: IncomingMessage): Promise<string> {
  const name = uploadName(givenName)
  if (/\.hei[cf]s?$/i.test(name)) throw new ValueError(`"${givenName}" is ${HEIC}`)
  if (!isPictureName(name) && !isVideoName(name)) {
    throw new ValueError(
      `"${givenName}" is neither a picture nor a video: JPEG, PNG, WebP, GIF, TIFF, AVIF and video files can be uploaded`,
    )
  }
  if ((await listUploads(folder)).length >= MAX_UPLOADS)
    throw new ValueError(`${MAX_UPLOADS} files are already uploaded: remove some first`)
  await writeUpload(folder, name, body, { largest: MAX_UPLOAD_BYTES })
  return name
}

/** @throws ValueError if some cannot be removed */
export async function clearUploads(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true })
  } catch (error) {
    throw new ValueError(`The uploads folder, ${folder}, ${sayFileError(error)}`)
  }
}
