import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PageOptions } from './look'
import { sayOnce } from './say-once'
import { writeKept } from './write-kept'

/** The visible part of a result: a picture's bytes, or text. */
export interface Shown {
  type: string
  bytes: Buffer
}

/** Milliseconds between two frames that are saved, because films have many. */
const EVERY_MS = 5000

/**
 * The last frame of a show, kept across restarts: after a power cut, screens show it until there is something
 * new.
 */
export interface LastFrame {
  /** @param output as in the show's address; null: the default */
  read(output: string | null): Promise<Shown | null>
  note(output: string | null, shown: Shown): void
  /** Resolves when the last frame has been written. */
  settled(): Promise<unknown>
}

/**
 * @param folder null: nothing is kept
 * @param lost called if it cannot be saved there
 */
export function createLastFrame(folder: string | null, lost: PageOptions['lost']): LastFrame {
  if (folder === null) return { read: async () => null, note() {}, settled: async () => {} }
  const waiting = new Map<string, Shown>()
  let timer: NodeJS.Timeout | null = null
  let files: Promise<unknown> = Promise.resolve()
  const told = sayOnce((error) => lost('The last picture of the show', error))
  const fileOf = (output: string | null) => join(folder, `${encodeURIComponent(output ?? '').slice(0, 100)}.frame`)

  /** Saves the newest of the frames that arrived meanwhile. */
  function again(): void {
    timer = waiting.size > 0 ? setTimeout(again, EVERY_MS).unref() : null
    flush()
  }

  function flush(): void {
    const all = [...waiting]
    waiting.clear()
    for (const [file, shown] of all) files = files.then(() => told(write(file, shown)))
  }

  return {
    async read(output) {
      try {
        const whole = await readFile(fileOf(output))
        const end = whole.indexOf('\n')
        return end < 0 ? null : { type: whole.toString('latin1', 0, end), bytes: whole.subarray(end + 1) }
      } catch {
        return null
      }
    },
    note(output, shown) {
      waiting.set(fileOf(output), shown)
      if (timer) return
      flush()
      timer = setTimeout(again, EVERY_MS).unref()
    },
    settled() {
      if (timer) clearTimeout(timer)
      flush()
      return files
    },
  }
}

/** Writes a line with the type, then the bytes. */
function write(file: string, { type, bytes }: Shown): Promise<void> {
  return writeKept(file, [Buffer.from(`${type}\n`), bytes])
}
