import { open } from 'node:fs/promises'

/** Longer than any page of an Ogg file. */
const LONGEST_PAGE = 65_536
/**
 * The position of the number of segments in a page's header, which is followed by the length of each segment.
 */
const PARTS = 26

/** Whether an Ogg file ends in the middle of a page, which ffmpeg silently discards. */
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
