import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { sayFileError } from '../../src/files'
import { ValueError } from '../../src/types'
import { removeTemporary, temporaryFolder } from './temporary-folder'

/** Stores pieces of bytes on disk, so that thousands of them use no memory. */
export interface Spool {
  readonly count: number
  /** @param place the piece's position; without one, it comes after the pieces added before */
  add(piece: Uint8Array, place?: number): Promise<void>
  /** The pieces in order. */
  pieces(): AsyncGenerator<Buffer>
  remove(): Promise<void>
}

/** @param place the folder for the temporary file. @throws ValueError; so do all its methods */
export async function createSpool(place?: string): Promise<Spool> {
  const folder = await temporaryFolder(place)
  const path = join(folder, 'pieces')
  const failed = (error: unknown) => new ValueError(`${path} ${sayFileError(error)}`)
  let file: FileHandle
  try {
    file = await open(path, 'w+')
  } catch (error) {
    await removeTemporary(folder)
    throw failed(error)
  }
  const entries: { place: number; offset: number; length: number }[] = []
  let end = 0
  return {
    get count() {
      return entries.length
    },
    async add(piece, place) {
      const offset = end
      end += piece.length
      const entry = { place: place ?? entries.length, offset, length: piece.length }
      try {
        await writeAll(file, piece, offset)
      } catch (error) {
        // The space is released, unless another piece has been written after it.
        if (end === offset + piece.length) {
          end = offset
          await file.truncate(end).catch(() => {})
        }
        throw failed(error)
      }
      entries.push(entry)
    },
    async *pieces() {
      for (const { offset, length } of [...entries].sort((a, b) => a.place - b.place)) {
        const piece = Buffer.alloc(length)
        try {
          await readAll(file, piece, offset)
        } catch (error) {
          throw failed(error)
        }
        yield piece
      }
    },
    async remove() {
      await file.close().catch(() => {})
      await removeTemporary(folder)
    },
  }
}

/**
 * If the disk is nearly full, a write stores only some of the bytes. The error comes only with the next
 * write.
 */
async function writeAll(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await file.write(bytes, done, bytes.length - done, offset + done)).bytesWritten
  }
}

async function readAll(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, offset + done)
    if (bytesRead === 0) throw new Error('it is shorter than it was')
    done += bytesRead
  }
}
