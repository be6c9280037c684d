import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sayFileError } from '../../src/files'
import { ValueError } from '../../src/types'

/** Pieces of bytes on disk until they are needed, so that thousands of them take no memory. */
export interface Spool {
  readonly count: number
  /** @param place where the piece belongs; without one, after those that came before */
  add(piece: Uint8Array, place?: number): Promise<void>
  /** The pieces, by their places. */
  pieces(): AsyncGenerator<Buffer>
  remove(): Promise<void>
}

/** @param place the folder in which it is made */
export async function createSpool(place = tmpdir()): Promise<Spool> {
  const folder = await mkdtemp(join(place, 'daisychain-export-'))
  let file: FileHandle
  try {
    file = await open(join(folder, 'pieces'), 'w+')
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
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
        // The part that was taken gives its room back, unless another piece stands behind it already.
        if (end === offset + piece.length) {
          end = offset
          await file.truncate(end)
        }
        throw new ValueError(`${join(folder, 'pieces')} ${sayFileError(error)}`)
      }
      entries.push(entry)
    },
    async *pieces() {
      for (const { offset, length } of [...entries].sort((a, b) => a.place - b.place)) {
        const piece = Buffer.alloc(length)
        await file.read(piece, 0, length, offset)
        yield piece
      }
    },
    async remove() {
      await file.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A disk with too little room takes a part of the bytes, and says only of the rest that it is full. */
async function writeAll(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await file.write(bytes, done, bytes.length - done, offset + done)).bytesWritten
  }
}
