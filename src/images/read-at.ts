import { open } from 'node:fs/promises'

/** Up to `length` bytes of a picture, from the position `at`. */
export type ReadAt = (at: number, length: number) => Promise<Buffer>

/** Opens a picture, given as its bytes or its path, to read parts of it. */
export async function readingAt<T>(given: Uint8Array | string, use: (read: ReadAt) => Promise<T>): Promise<T> {
  if (typeof given !== 'string') return use(async (at, length) => Buffer.from(given.subarray(at, at + length)))
  const file = await open(given)
  try {
    return await use(async (at, length) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at)
      return buffer.subarray(0, bytesRead)
    })
  } finally {
    await file.close()
  }
}
