import { open } from 'node:fs/promises'

/** Longer than any page. */
const LONGEST_PAGE = 65_536
/** Where the number of a page's segments is, followed by the length of each. */
const PARTS = 26

/** Whether an Ogg file ends within a page; ffmpeg leaves such a page out silently. */
export async function endsInPage(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const from = Math.max(0, size - LONGEST_PAGE)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LONGEST_PAGE), 0, LONGEST_PAGE, from)
    const end = buffer.subarray(0, bytesRead)
    const page = end.subarray(Math.max(0, end.lastIndexOf('OggS')))
    const count = page[PARTS] ?? 0
    const lengths = page.subarray(PARTS + 1, PARTS + 1 + count)
    return page.length < lengths.reduce((sum, length) => sum + length, PARTS + 1 + count)
  } finally {
    await file.close()
  }
}
