import { rename, writeFile } from 'node:fs/promises'
import { writeWhole } from '../../src/files'
import { type Book, EXTRACTORS, emptyBook, keptPath, readKept, writeBook } from '../../src/teach'

/** Milliseconds between a change and its writing, together with all changes until then: a power cut takes no more. */
const DELAY = 500
/** While changes keep coming, writing takes at most about one tenth of the time. */
const PAUSE_PER_WRITING = 10
/** Milliseconds until a file that could not be written is tried again. */
const RETRY = 10_000

export interface Keeper {
  /** @throws ValueError for a file that cannot be read: nothing is written until it is put aside */
  load(): Promise<Book | null>
  keep(book: Book): void
  /** Gives a file that cannot be read another name, so that another can be begun. */
  putAside(): Promise<void>
  /** Writes what is not written yet. */
  close(): Promise<void>
}

/** @param failed called when the file cannot be written; what was taught stays in memory, and writing is tried again */
export function createKeeper(userDir: string, id: string, failed: (error: Error) => void): Keeper {
  const path = keptPath(userDir, id)
  let unwritten: Book | null = null
  let isUnreadable = false
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()
  let complained = ''
  /** Milliseconds of the last writing. */
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
        // Said once, not every ten seconds.
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
