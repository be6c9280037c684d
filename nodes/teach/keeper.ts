import { rename, writeFile } from 'node:fs/promises'
import { writeWhole } from '../../src/files'
import { type Book, EXTRACTORS, emptyBook, keptPath, readKept, writeBook } from '../../src/teach'

/**
 * Milliseconds from a change until it is written, together with all changes until then: the most that a power
 * cut can lose.
 */
const DELAY = 500
/** Writing takes at most about a tenth of the time, even with constant changes. */
const PAUSE_PER_WRITING = 10
/** Milliseconds until another attempt to write the file. */
const RETRY = 10_000

export interface Keeper {
  /** @throws ValueError for an unreadable file. Nothing is written until it is set aside */
  load(): Promise<Book | null>
  keep(book: Book): void
  /** Renames an unreadable file, so that a new one can be started. */
  putAside(): Promise<void>
  /** Writes pending changes. */
  close(): Promise<void>
}

/** @param failed called if the file cannot be written. The examples stay in memory, and writing is retried */
export function createKeeper(userDir: string, id: string, failed: (error: Error) => void): Keeper {
  const path = keptPath(userDir, id)
  let unwritten: Book | null = null
  let isUnreadable = false
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()
  let complained = ''
  /** Duration of the last write in milliseconds. */
  let took = 0

  function plan(delay: number): void {
    clearTimeout(timer)
    timer = setTimeout(write, delay)
  }

  function write(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    writing = writing.then(async () => {
      const book = unwritten
      if (!book || isUnreadable) return
      unwritten = null
      const start = performance.now()
      try {
        await writeWhole(path, 'overwrite', (temporary) =>
          writeFile(temporary, writeBook(book, EXTRACTORS), { mode: 0o600 }),
        )
        complained = ''
        took = performance.now() - start
      } catch (error) {
        unwritten ??= book
        const { message } = error as Error
        // Reported once, not every ten seconds.
        if (message !== complained) failed(error as Error)
        complained = message
        plan(RETRY)
        timer?.unref()
      }
    })
    return writing
  }

  return {
    async load() {
      try {
        return await readKept(path)
      } catch (error) {
        isUnreadable = true
        throw error
      }
    },
    keep(book) {
      unwritten = book
      if (!timer) plan(Math.max(DELAY, PAUSE_PER_WRITING * took))
    },
    async putAside() {
      if (!isUnreadable) return
      await rename(path, `${path}.${Date.now()}.old`)
      isUnreadable = false
      unwritten ??= emptyBook()
      await write()
    },
    async close() {
      await write()
      clearTimeout(timer)
    },
  }
}
