import { randomBytes } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseJson } from '../http/body'
import { sayOnce } from './say-once'
import { writeKept } from './write-kept'
import { lengthOf, Picture, type Written } from './written'

/** A result, with its inputs and origin. */
export interface Kept {
  id: string
  /** Milliseconds since 1970. */
  at: number
  /** The visitor who may see it. Nobody else may. */
  visitor: string
  /** The values sent, by input name. Pictures are kept as the bytes that arrived. */
  inputs: Record<string, unknown>
  /** The answer's JSON. */
  outputs: Written
  /** The duration of the run in ms. */
  ms: number
  /** The models that ran, with their variants. */
  models: readonly string[]
  /** Of this package. */
  version: string
}

export interface HistoryOptions {
  /** Maximum number of results. The oldest are removed first. */
  count: number
  /** Maximum total bytes. */
  bytes?: number
  /** The folder for keeping them across restarts; null: only in memory. */
  folder: string | null
  /** Called when they cannot be saved there. @param what the beginning of a sentence */
  lost(what: string, error: unknown): void
}

const BYTES = 128 * 2 ** 20

/** The last results of one model. */
export class History {
  private readonly kept = new Map<string, { result: Kept; bytes: number }>()
  private bytes = 0
  /** File operations, done one after another. */
  private files: Promise<unknown>
  private readonly told: ReturnType<typeof sayOnce>

  constructor(private readonly options: HistoryOptions) {
    this.told = sayOnce((error) => options.lost("The page's results", error))
    this.files = this.load()
    this.files.catch(() => {})
  }

  /** Resolves when the saved results have been read, and pending ones written. */
  settled(): Promise<unknown> {
    return this.files
  }

  /** @returns its id; undefined if results aren't kept */
  add(result: Omit<Kept, 'id' | 'at'>): string | undefined {
    if (this.options.count === 0) return undefined
    const id = randomBytes(9).toString('base64url')
    const whole = { ...result, id, at: Date.now() }
    if (!this.remember(whole)) return undefined
    this.onDisk((folder) => this.told(write(folder, whole)))
    return id
  }

  /** A visitor's own results, newest first. */
  of(visitor: string): Kept[] {
    return [...this.kept.values()].flatMap(({ result }) => (result.visitor === visitor ? result : [])).reverse()
  }

  find(id: string, visitor: string): Kept | undefined {
    const found = this.kept.get(id)?.result
    return found?.visitor === visitor ? found : undefined
  }

  /** Removes all of a visitor's results. */
  forget(visitor: string): void {
    for (const { id } of this.of(visitor)) this.drop(id)
  }

  private remember(result: Kept): boolean {
    const { count, bytes: most = BYTES } = this.options
    const bytes = sizeOf(result)
    if (bytes > most / 4) return false
    this.kept.set(result.id, { result, bytes })
    this.bytes += bytes
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= count && this.bytes <= most) break
      this.drop(oldest)
    }
    return true
  }

  private drop(id: string): void {
    this.bytes -= this.kept.get(id)?.bytes ?? 0
    if (this.kept.delete(id)) this.onDisk((folder) => rm(join(folder, id + ENDING), { force: true }))
  }

  private onDisk(act: (folder: string) => Promise<unknown>): void {
    const { folder } = this.options
    if (folder !== null) this.files = this.files.then(() => act(folder)).catch(() => {})
  }

  private async load(): Promise<void> {
    const { folder } = this.options
    if (folder === null) return
    const names = await readdir(folder).catch(() => [])
    const found = await Promise.all(
      names.filter((name) => name.endsWith(ENDING)).map((name) => read(join(folder, name))),
    )
    for (const result of found.filter((one) => one !== null).sort((a, b) => a.at - b.at))
      if (!this.kept.has(result.id)) this.remember(result)
  }
}

function sizeOf({ inputs, outputs }: Kept): number {
  const sizes = Object.values(inputs).map((value) =>
    Buffer.isBuffer(value) ? value.length : JSON.stringify(value ?? null).length,
  )
  return sizes.reduce((sum, size) => sum + size, lengthOf(outputs))
}

const ENDING = '.result'

/**
 * A value in the first line of a file. Bytes, including those of pictures, are given by their position after
 * that line.
 */
type Stored = { bytes: [start: number, end: number]; mime?: string } | { list: Stored[] } | { value: unknown }

/** A file is a line of JSON followed by all bytes, so that photographs needn't be encoded as text. */
function write(folder: string, { outputs, inputs, ...result }: Kept): Promise<void> {
  const parts: Buffer[] = []
  let length = 0
  const put = (value: unknown): Stored => {
    if (Array.isArray(value)) return { list: value.map(put) }
    if (value instanceof Picture) return { ...put(value.bytes), mime: value.mime }
    if (!Buffer.isBuffer(value)) return { value }
    parts.push(value)
    length += value.length
    return { bytes: [length - value.length, length] }
  }
  const given = Object.entries(inputs).map(([name, value]) => [name, put(value)])
  const head = { ...result, inputs: Object.fromEntries(given), outputs: put(outputs) }
  return writeKept(join(folder, result.id + ENDING), [Buffer.from(`${JSON.stringify(head)}\n`), ...parts])
}

async function read(file: string): Promise<Kept | null> {
  try {
    const whole = await readFile(file)
    const end = whole.indexOf('\n')
    const bytes = whole.subarray(end + 1)
    const take = (stored: Stored): unknown => {
      if ('list' in stored) return stored.list.map(take)
      if (!('bytes' in stored)) return stored.value
      const found = bytes.subarray(...stored.bytes)
      if (found.length !== stored.bytes[1] - stored.bytes[0]) throw new Error('the file ends too early')
      return stored.mime === undefined ? found : new Picture(stored.mime, found)
    }
    const head = parseJson(whole.subarray(0, end)) as Omit<Kept, 'inputs' | 'outputs'> & {
      inputs: Record<string, Stored>
      outputs: Stored
    }
    const given = Object.entries(head.inputs).map(([name, stored]) => [name, take(stored)])
    const result = { ...head, inputs: Object.fromEntries(given), outputs: take(head.outputs) } as Kept
    const isWhole = [head.id, head.visitor].every((one) => typeof one === 'string') && Number.isFinite(head.at)
    return isWhole && Array.isArray(result.outputs) ? result : null
  } catch {
    return null
  }
}
