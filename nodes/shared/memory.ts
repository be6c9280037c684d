import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A few facts that a node keeps over a restart of Node-RED, in a small file of its own. */
export interface Memory<T> {
  /** What was kept last; undefined where nothing was, or it cannot be read. */
  read(): T | undefined
  /** Keeps it; undefined forgets. A folder that cannot be written only means that nothing is kept. */
  write(fact: T | undefined): void
}

export function memoryOf<T extends object>(userDir: string | undefined, id: string): Memory<T> {
  if (!userDir) return { read: () => undefined, write() {} }
  const folder = join(userDir, 'daisychain', 'state')
  const file = join(folder, `${id.replace(/[^\w.-]/g, '_')}.json`)
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
        writeFileSync(`${file}.part`, JSON.stringify(fact))
        renameSync(`${file}.part`, file)
      } catch {
        // A read-only user folder: the node starts as it is set.
      }
    },
  }
}
