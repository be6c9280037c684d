import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sayFileError } from '../../src/files'

/** A small file of facts that a node keeps across restarts of Node-RED. */
export interface Memory<T> {
  /** The facts kept last. Undefined if there are none, or the file cannot be read. */
  read(): T | undefined
  /** Keeps facts, even across power cuts; undefined deletes them. If that fails, `warn` gets a sentence. */
  write(fact: T | undefined): void
}

/**
 * @param warn gets a sentence if something cannot be kept
 * @param what the subject of that sentence
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
      // What prevented writing the file may prevent removing it too.
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
