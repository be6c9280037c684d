import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { ValueError } from '../types'
import type { Book } from './book'
import { EXTRACTORS } from './extract'
import { readBook } from './file'

/** The path of the file with a node's examples. */
export function keptPath(userDir: string, id: string): string {
  return join(userDir, 'daisychain', 'teach', `${id.replace(/[^\w-]/g, '_')}.jsonl`)
}

/** @returns null if there is no such file @throws ValueError if it can't be read */
export async function readKept(path: string): Promise<Book | null> {
  try {
    return await readBook(await readFile(path, 'utf8'), basename(path), EXTRACTORS)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    if (error instanceof ValueError) throw error
    throw new ValueError(`${path} cannot be read: ${(error as Error).message}`)
  }
}

/** The examples stored in the flow. @param stored the value of the node's setting @throws ValueError */
export async function readStored(stored: unknown): Promise<Book | null> {
  return typeof stored === 'string' && stored !== '' ? readBook(stored, 'the examples in the flow', EXTRACTORS) : null
}
