import { readingAt } from './read-at'

/** Tags of a page. */
const SUBFILE_TYPE = 254
const COMPRESSION = 259
const PHOTOMETRIC = 262
/** Flags in a page's type: a reduced copy of another page, and a mask for one. */
const SMALLER = 1
const MASK = 4
/** Compressions that change values: two of JPEG, and DNG's. */
const LOSSY = [6, 7, 34892]
const WHITE_IS_ZERO = 0
/** The type of values of 16 bits. */
const SHORT = 3
const MOST_PAGES = 65_536

interface TiffPage {
  /** Whether it isn't a reduced copy (a thumbnail, of a pyramid) or a mask. */
  isFull: boolean
  isLossy: boolean
  /** Whether the decoder inverts its values. */
  isInverted: boolean
}

/** The indexes of a TIFF's pages, without reduced copies and masks. */
export async function fullPages(path: string): Promise<number[]> {
  return (await pagesOfTiff(path)).flatMap(({ isFull }, index) => (isFull ? [index] : []))
}

/** A TIFF's pages. Supports classic TIFF and BigTIFF. The list ends at anything that can't be read. */
export function pagesOfTiff(given: Uint8Array | string): Promise<TiffPage[]> {
  return readingAt(given, async (readAt) => {
    const read = async (at: number, length: number) => {
      const bytes = await readAt(at, length)
      return bytes.length === length ? new DataView(bytes.buffer, bytes.byteOffset, length) : null
    }
    const start = await read(0, 16)
    if (!start) return []
    const isLittle = start.getUint8(0) === 0x49
    const isBig = start.getUint16(2, isLittle) === 43
    const [countSize, entrySize, offsetSize] = isBig ? [8, 20, 8] : [2, 12, 4]
    const offset = (view: DataView, at: number) =>
      isBig ? Number(view.getBigUint64(at, isLittle)) : view.getUint32(at, isLittle)
    const pages: TiffPage[] = []
    const seen = new Set<number>()
    let next = offset(start, isBig ? 8 : 4)
    while (next > 0 && !seen.has(next) && seen.size < MOST_PAGES) {
      const head = await read(next, countSize)
      if (!head) break
      const count = isBig ? offset(head, 0) : head.getUint16(0, isLittle)
      const entries = count < MOST_PAGES ? await read(next + countSize, count * entrySize + offsetSize) : null
      if (!entries) break
      const value = (tag: number) => numberOf(entries, { tag, count, entrySize, isLittle })
      pages.push({
        isFull: !((value(SUBFILE_TYPE) ?? 0) & (SMALLER | MASK)),
        isLossy: LOSSY.includes(value(COMPRESSION) ?? 1),
        isInverted: value(PHOTOMETRIC) === WHITE_IS_ZERO,
      })
      seen.add(next)
      next = offset(entries, count * entrySize)
    }
    return pages
  })
}

/** The whole number of a tag. An entry consists of a tag, a type, a count and a value. */
function numberOf(
  entries: DataView,
  { tag, count, entrySize, isLittle }: { tag: number; count: number; entrySize: number; isLittle: boolean },
): number | null {
  const valueAt = entrySize === 12 ? 8 : 12
  for (let at = 0; at < count * entrySize; at += entrySize) {
    if (entries.getUint16(at, isLittle) !== tag) continue
    const isShort = entries.getUint16(at + 2, isLittle) === SHORT
    return isShort ? entries.getUint16(at + valueAt, isLittle) : entries.getUint32(at + valueAt, isLittle)
  }
  return null
}
