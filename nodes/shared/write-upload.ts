import { open } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { atMost, makeFolder, readableSize, roomFault, writeWhole } from '../../src/files'
import { ValueError } from '../../src/types'

/** Where the files are that were uploaded for a node. */
export function uploadsFolder(userDir: string, nodeId: string): string {
  return join(userDir, 'daisychain', 'uploads', nodeId.replace(/[^\w.-]|^\.+$/g, '_'))
}

/** A name that a file may have on every system and that isn't a path, made of the one it has on somebody's computer. */
export function uploadName(given: string): string {
  return basename(given.replace(/\\/g, '/'))
    .replace(/[^\p{L}\p{N}._ ()+-]/gu, '_')
    .replace(/^\.+/, '')
}

/**
 * Keeps the body of a request as a file in a folder, in place of one of the same name; it is there completely or not at
 * all.
 *
 * @param largest bytes
 * @param advice what to do with a larger one, the end of a sentence
 * @throws ValueError
 */
export async function writeUpload(
  folder: string,
  name: string,
  body: IncomingMessage,
  { largest, advice = '' }: { largest: number; advice?: string },
): Promise<void> {
  const tooLarge = () => new ValueError(`${name} is larger than ${readableSize(largest)}${advice}`)
  // Node.js lets no more bytes through than this says.
  const bytes = Number(body.headers['content-length'] ?? 0)
  if (bytes > largest) throw tooLarge()
  await makeFolder(folder)
  const fault = await roomFault(folder, bytes)
  if (fault) throw new ValueError(`${name} has ${readableSize(bytes)}, and ${fault}`)
  await writeWhole(join(folder, name), 'overwrite', async (temporary) => {
    // Opened before anything can fail: a stream would open it later, when what failed has been cleared away.
    const file = await open(temporary, 'w')
    // Where the disk is at fault the request goes on, so that the answer can be read.
    await pipeline(body.iterator({ destroyOnReturn: false }), atMost(largest, tooLarge), file.createWriteStream())
  })
}
