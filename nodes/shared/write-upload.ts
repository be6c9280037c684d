import { open } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { atMost, makeFolder, readableSize, roomFault, writeWhole } from '../../src/files'
import { ValueError } from '../../src/types'

/** The folder of the files uploaded for a node. */
export function uploadsFolder(userDir: string, nodeId: string): string {
  return join(userDir, 'daisychain', 'uploads', nodeId.replace(/[^\w.-]|^\.+$/g, '_'))
}

/**
 * A file name that is valid on every system and isn't a path, derived from the one on the user's computer.
 */
export function uploadName(given: string): string {
  return basename(given.replace(/\\/g, '/'))
    .replace(/[^\p{L}\p{N}._ ()+-]/gu, '_')
    .replace(/^\.+/, '')
}

/**
 * Saves a request's body as a file, replacing one of the same name. The file appears complete or not at all.
 * @param largest maximum bytes
 * @param advice what to do with a larger file, as the end of the error sentence
 * @throws ValueError
 */
export async function writeUpload(
  folder: string,
  name: string,
  body: IncomingMessage,
  { largest, advice = '' }: { largest: number; advice?: string },
): Promise<void> {
  const tooLarge = () => new ValueError(`${name} is larger than ${readableSize(largest)}${advice}`)
  // Node.js lets no more bytes through than this header says.
  const bytes = Number(body.headers['content-length'] ?? 0)
  if (bytes > largest) throw tooLarge()
  await makeFolder(folder)
  const fault = await roomFault(folder, bytes)
  if (fault) throw new ValueError(`${name} has ${readableSize(bytes)}, and ${fault}`)
  await writeWhole(join(folder, name), 'overwrite', async (temporary) => {
    // Opened before anything can fail. A stream would open the file later, possibly after the cleanup of a
    // failure.
    const file = await open(temporary, 'w')
    // If writing fails, the request isn't destroyed, so that the client can read the response.
    await pipeline(body.iterator({ destroyOnReturn: false }), atMost(largest, tooLarge), file.createWriteStream())
  })
}
