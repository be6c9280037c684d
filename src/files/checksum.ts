import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'

/** The checksum of a file in hexadecimal. */
export async function checksumOf(path: string, algorithm: 'sha256' | 'sha512', signal?: AbortSignal): Promise<string> {
  const hash = createHash(algorithm)
  await pipeline(createReadStream(path, { highWaterMark: 1 << 18 }), hash, { ...(signal && { signal }) })
  return hash.digest('hex')
}
