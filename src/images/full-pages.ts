import { open } from 'node:fs/promises'

const SUBFILE_TYPE = 254
/** Flags in a page's type: a reduced copy of another page, and a mask for one. */
const SMALLER = 1
const MASK = 4
const MOST_PAGES = 65_536

/**
 * The indexes of a TIFF's pages, without reduced copies (thumbnails, pyramids) and masks. Supports classic
 * TIFF and BigTIFF. The list ends at anything that can't be read.
 */
export async function fullPages(path: string): Promise<number[]> {
  const file = await open(path)
  try {
    const read = async (at: number, length: number) => {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, at)
      return bytesRead === length ? new DataView(buffer.buffer, buffer.byteOffset, length) : null
    }
    const start = await read(0, 16)
    if (!start) return []
    const isLittle = start.getUint8(0) === 0x49
    const isBig = start.getUint16(2, isLittle) === 43
    const [countSize, entrySize, offsetSize] = isBig ? [8, 20, 8] : [2, 12, 4]
    const offset = (view: DataView, at: number) =>
      isBig ? Number(view.getBigUint64(at, isLittle)) : view.getUint32(at, isLittle)
    const full: number[] = []
    const seen = new Set<number>()
    let next = offset(start, isBig ? 8 : 4)
    while (next > 0 && !seen.has(next) && seen.size < MOST_PAGES) {
      const head = await read(next, countSize)
      if (!head) break
      const count = isBig ? offset(head, 0) : head.getUint16(0, isLittle)
      const entries = count < MOST_PAGES ? await read(next + countSize, count * entrySize + offsetSize) : null
      if (!entries) break
      if (!(typeOf(entries, count, entrySize, isLittle) & (SMALLER | MASK))) full.push(seen.size)
      seen.add(next)
      next = offset(entries, count * entrySize)
    }
    return full
  } finally {
    await file.close()
  }
}

/** The flags of a page's type. An entry consists of a tag, a type, a count and a value. */
function typeOf(entries: DataView, count: number, size: number, isLittle: boolean): number {
  const valueAt = size === 12 ? 8 : 12
  for (let at = 0; at < count * size; at += size)
    if (entries.getUint16(at, isLittle) === SUBFILE_TYPE) return entries.getUint32(at + valueAt, isLittle)
  return 0
}
