import { readFileSync, type Stats, statSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { ValueError } from '../types'
import { sayFileError } from './file-error'
import { readableSize } from './readable-size'
import { shownPath } from './shown-path'

/**
 * What a path refers to if that isn't a file, as the end of a sentence that starts with the path; null for a
 * file. This is checked before opening, because opening a named pipe blocks until another process writes to
 * it, and opening a device may have any effect.
 */
export function otherThanFile(found: Stats): string | null {
  if (found.isFile()) return null
  if (found.isDirectory()) return 'is a folder'
  if (found.isFIFO()) return 'is a named pipe, not a file'
  if (found.isSocket()) return 'is a socket, not a file'
  return 'is a device, not a file'
}

/** @throws ValueError if a path (with links resolved) doesn't refer to a file */
export async function requireFile(path: string): Promise<Stats> {
  const found = await stat(path).catch((error: Error) => {
    throw new ValueError(`${shownPath(path)} ${sayFileError(error)}`)
  })
  const other = otherThanFile(found)
  if (other) throw new ValueError(`${shownPath(path)} ${other}`)
  return found
}

/** The text of a file with at most this many bytes. @throws ValueError if there is no such file */
export function readTextFile(path: string, largest = 5e6): string {
  try {
    const found = statSync(path)
    const other = otherThanFile(found)
    if (other) throw new ValueError(`${shownPath(path)} ${other}`)
    if (found.size > largest) throw new ValueError(`${shownPath(path)} is larger than ${readableSize(largest)}`)
    return decoded(readFileSync(path))
  } catch (error) {
    throw error instanceof ValueError ? error : new ValueError(`${shownPath(path)} ${sayFileError(error)}`)
  }
}

/** Windows programs write text in UTF-16 or with a byte order mark. */
function decoded(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.subarray(2).toString('utf16le')
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return Buffer.from(bytes.subarray(2, bytes.length & ~1))
      .swap16()
      .toString('utf16le')
  return bytes.toString('utf8').replace(/^\uFEFF/, '')
}
