import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sayFileError } from '../../src/files'

/** A few facts that a node keeps across restarts of Node-RED, in its own small file. */
export interface Memory<T> {
  /** What was kept last; undefined if nothing was, or it cannot be read. */
  read(): T | undefined
  /** Keeps it, even across power cuts; undefined deletes it. If that fails, a sentence says so. */
  write(fact: T | undefined): void
}

/**
 * @param warn gets the sentence
 * @param what is kept, in a sentence
 */
export function memoryOf<T extends object>(
  userDir: string | undefined,
  id: string,
  warn: (sentence: string) => void,
  what: (isThere: boolean) => string = (isThere) => `That this node was ${isThere ? 'stopped' : 'started'}`,
): Memory<T> {
  if (!userDir) return { read: () => undefined, write() {} }
  const folder = join(userDir, 'daisychain', 'state')
  const file = join(folder, `${id.replace(/[^\w.-]/g, '_')}.json`)
  function removePart() {
    try {
      rmSync(`${file}.part`, { force: true })
    } catch {
      // Whatever prevented writing it also prevents removing it.
    }
  }
  return {
    read() {
      try {
        const fact: unknown = JSON.parse(readFileSync(file, 'utf8'))
        return typeof fact === 'object' && fact !== null ? (fact as T) : undefined
      } catch {
        return undefined
      }
    },
    write(fact) {
      try {
        if (!fact) return rmSync(file, { force: true })
        mkdirSync(folder, { recursive: true })
        const part = openSync(`${file}.part`, 'w')
        try {
          writeFileSync(part, JSON.stringify(fact))
          fsyncSync(part)
        } finally {
          closeSync(part)
        }
        renameSync(`${file}.part`, file)
      } catch (error) {
        removePart()
        warn(
          `${what(fact !== undefined)} cannot be remembered over a restart of Node-RED: ${file} ${sayFileError(error)}.`,
        )
      }
    },
  }
}
