import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** The bytes of a file, read on demand, so that weights are skipped however large they are. */
export interface Bytes {
  readonly size: number
  /** @throws RangeError beyond the end */
  at(start: number, length: number): Buffer
}

const WINDOW = 1 << 16

/** The bytes of a file in memory. */
export function bytesOf(buffer: Buffer): Bytes {
  return {
    size: buffer.length,
    at(start, length) {
      if (start < 0 || length < 0 || start + length > buffer.length) throw new RangeError('beyond the end')
      return buffer.subarray(start, start + length)
    },
  }
}

/** Opens a file for `use`, and closes it afterwards. */
export function withBytes<T>(path: string, use: (bytes: Bytes) => T): T {
  const file = openSync(path, 'r')
  try {
    return use(windowed(file, fstatSync(file).size))
  } finally {
    closeSync(file)
  }
}

function windowed(file: number, size: number): Bytes {
  let from = 0
  let held = Buffer.alloc(0)
  return {
    size,
    at(start, length) {
      if (start < 0 || length < 0 || start + length > size) throw new RangeError('beyond the end')
      if (start < from || start + length > from + held.length) {
        const next = Buffer.alloc(Math.min(Math.max(length, WINDOW), size - start))
        let read = 0
        while (read < next.length) {
          const more = readSync(file, next, read, next.length - read, start + read)
          if (more === 0) throw new RangeError('beyond the end')
          read += more
        }
        from = start
        held = next
      }
      return held.subarray(start - from, start - from + length)
    },
  }
}
