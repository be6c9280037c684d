import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseJson } from '../http/body'
import type { Shown } from './show-stream'

/** Between two writes, in ms: a film isn't written frame by frame. */
const INTERVAL = 1000
/** What a show can show. */
const TYPES = ['image/jpeg', 'image/png', 'audio/wav', 'text/plain']

/** What a show showed last, kept on disk over a restart and a power cut; without a folder, not at all. */
export class LastShown {
  /** What is still to be written, by its file. */
  private readonly pending = new Map<string, Shown>()
  private writing: Promise<void> | null = null
  private isClosing = false
  private wake: (() => void) | null = null

  constructor(private readonly folder: string | null) {}

  /** @param key which output, in which form */
  keep(key: string, shown: Shown): void {
    if (this.folder === null || this.isClosing) return
    this.pending.set(join(this.folder, fileOf(key)), shown)
    this.writing ??= this.writeAll(this.folder).finally(() => {
      this.writing = null
    })
  }

  /** Null where nothing is kept, or it isn't whole. */
  async read(key: string): Promise<Shown | null> {
    if (this.folder === null) return null
    try {
      const whole = await readFile(join(this.folder, fileOf(key)))
      const end = whole.indexOf('\n')
      const { type, length } = parseJson(whole.subarray(0, end)) as { type?: unknown; length?: unknown }
      const bytes = whole.subarray(end + 1)
      return typeof type === 'string' && TYPES.includes(type) && bytes.length === length ? { type, bytes } : null
    } catch {
      return null
    }
  }

  /** Resolves when all is written. */
  async close(): Promise<void> {
    this.isClosing = true
    this.wake?.()
    await this.writing
  }

  private async writeAll(folder: string): Promise<void> {
    while (this.pending.size > 0) {
      const all = [...this.pending]
      this.pending.clear()
      // A full disk must not stop what is shown.
      await mkdir(folder, { recursive: true }).catch(() => {})
      for (const [file, shown] of all) await write(file, shown).catch(() => {})
      if (!this.isClosing) await this.pause()
    }
  }

  private async pause(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, INTERVAL).unref()
      this.wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.wake = null
  }
}

/** Names of outputs come from strangers. */
const fileOf = (key: string): string => `${createHash('sha256').update(key).digest('hex').slice(0, 16)}.shown`

/** A line of JSON, then the bytes. Over a power cut, it is either whole or as it was before. */
async function write(file: string, { type, bytes }: Shown): Promise<void> {
  const head = Buffer.from(`${JSON.stringify({ type, length: bytes.length })}\n`)
  await writeFile(`${file}.part`, [head, bytes], { flush: true, mode: 0o600 })
  await rename(`${file}.part`, file)
}
