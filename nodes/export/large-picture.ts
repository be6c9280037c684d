import { join } from 'node:path'
import { type EncodedFormat, transcode } from '../../src/images'
import { removeTemporary, temporaryFolder } from './temporary-folder'

/** The content of a file that is ready to be put in its place. */
export interface Made {
  put(path: string): Promise<void>
  /** Removes temporary data. */
  remove(): Promise<void>
}

/** Converts a large encoded picture with little memory; null if it isn't one: see `transcode`. */
export async function largePicture(
  value: unknown,
  how: { format: EncodedFormat; quality: number; xmp: string | undefined },
): Promise<Made | null> {
  let folder: string | undefined
  const remove = async () => {
    if (folder) await removeTemporary(folder)
  }
  const put = await transcode(
    value,
    async () => {
      folder = await temporaryFolder()
      return join(folder, 'picture')
    },
    how,
  )
  if (put) return { put, remove }
  await remove()
  return null
}
