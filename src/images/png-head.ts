import { type ReadAt, readingAt } from './read-at'

const MOST_CHUNKS = 1000
/** A chunk's length and type before its data, in bytes. */
const HEAD = 8
const CHECKSUM = 4

/**
 * The chunks of a PNG before its pixels, by type. Only the first bytes of each are read, because a profile or
 * a text may be long.
 *
 * @param most how many bytes of a chunk's data to read
 */
export function headOfPng(given: Uint8Array | string, most: number): Promise<Map<string, Buffer>> {
  return readingAt(given, (read) => readHead(read, most))
}

async function readHead(read: ReadAt, most: number): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>()
  let at = 8
  for (let count = 0; count < MOST_CHUNKS; count++) {
    const chunk = await read(at, HEAD + most)
    if (chunk.length < HEAD) break
    const length = chunk.readUInt32BE(0)
    const type = chunk.toString('latin1', 4, HEAD)
    if (type === 'IDAT') break
    found.set(type, chunk.subarray(HEAD, HEAD + length))
    at += HEAD + length + CHECKSUM
  }
  return found
}
