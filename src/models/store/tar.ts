import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { StoreError } from './store-error'

/** A file in an archive. Its name is only compared and never used as a path. */
export interface Entry {
  name: string
  size: number
}

const BLOCK = 512
const MOST_META = 65_536

/**
 * Reads a gzipped tar archive file by file.
 *
 * @param wants returns whether the contents of a file are needed
 * @param take called with the contents, in consecutive pieces
 */
export async function readTar(
  path: string,
  wants: (entry: Entry) => boolean,
  take: (entry: Entry, bytes: Buffer) => void | Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const unpacked = createReadStream(path).pipe(createGunzip())
  let waiting: Buffer = Buffer.alloc(0)
  let current: Current = { entry: null, isMeta: false, content: 0, left: 0 }
  let meta = ''
  for await (const chunk of unpacked as AsyncIterable<Buffer>) {
    signal?.throwIfAborted()
    waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk])
    while (waiting.length >= (current.left > 0 ? 1 : BLOCK)) {
      if (current.left === 0) {
        const name = current.isMeta ? named(meta) : ''
        current = begun(waiting.subarray(0, BLOCK), name, wants)
        meta = ''
        waiting = waiting.subarray(BLOCK)
        continue
      }
      const bytes = waiting.subarray(0, Math.min(current.content, waiting.length))
      if (current.isMeta) meta += bytes.toString('utf8')
      else if (current.entry && bytes.length > 0) await take(current.entry, bytes)
      const passed = Math.min(current.left, bytes.length > 0 ? bytes.length : waiting.length)
      current.content -= bytes.length
      current.left -= passed
      waiting = waiting.subarray(passed)
    }
  }
}

/** The entry being read. */
interface Current {
  /** Null if its contents are skipped. */
  entry: Entry | null
  /** Whether the entry holds metadata about the next one. */
  isMeta: boolean
  /** Remaining bytes of the contents, and of the contents with their padding. */
  content: number
  left: number
}

/** @param named the file name from a preceding metadata entry */
function begun(header: Buffer, named: string, wants: (entry: Entry) => boolean): Current {
  const size = sizeIn(header)
  const kind = String.fromCharCode(header[156] as number)
  const isMeta = kind === 'x' || kind === 'L'
  if (isMeta && size > MOST_META) throw new StoreError('The package is damaged: a name in it is too long.')
  const entry = { name: named || nameIn(header), size }
  const isFile = kind === '0' || kind === '\0'
  return { entry: isFile && wants(entry) ? entry : null, isMeta, content: size, left: size + padding(size) }
}

const padding = (size: number) => (BLOCK - (size % BLOCK)) % BLOCK

function nameIn(header: Buffer): string {
  const text = (start: number, length: number) => {
    const part = header.subarray(start, start + length)
    const end = part.indexOf(0)
    return part.subarray(0, end < 0 ? length : end).toString('utf8')
  }
  const prefix = text(257, 5) === 'ustar' ? text(345, 155) : ''
  return prefix ? `${prefix}/${text(0, 100)}` : text(0, 100)
}

/** Extracts the file name from a metadata entry, which is either `27 path=…` or the name alone. */
function named(meta: string): string {
  const path = /(?:^|\n)\d+ path=([^\n]*)\n/.exec(meta)?.[1]
  return path ?? (/^\d+ \w+=/.test(meta) ? '' : meta.replace(/\0.*$/s, ''))
}

function sizeIn(header: Buffer): number {
  const field = header.subarray(124, 136)
  // Files larger than 8 GB, whose sizes are encoded differently, don't occur in these packages.
  const size = Number.parseInt(field.toString('latin1').replace(/\0.*$/s, '').trim() || '0', 8)
  if (!Number.isSafeInteger(size) || size < 0) throw new StoreError('The package is damaged: a file in it has no size.')
  return size
}
