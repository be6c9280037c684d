import { open, readFile } from 'node:fs/promises'

/** Where the first frame begins, at the latest; nothing after it is searched. */
const START = 65_536
const TRAILER = 0x3b
/** A frame of one pixel that is transparent. */
const NOTHING = Buffer.from([0x21, 0xf9, 4, 1, 0, 0, 0, 0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 0x01, 0])

/**
 * Makes the uncovered part of a GIF's canvas transparent, as browsers show it. The decoder makes it black unless some
 * frame has transparent pixels, so another frame with one is added after the last.
 *
 * @param input a GIF, or its path
 * @returns its bytes with that frame; the input itself if its first frame covers everything
 */
export async function withUncovered(input: Uint8Array | string): Promise<Uint8Array | string> {
  const start = typeof input === 'string' ? await startOf(input) : input
  if (coversAll(start)) return input
  const bytes = typeof input === 'string' ? await readFile(input) : input
  return bytes.at(-1) === TRAILER ? Buffer.concat([bytes.subarray(0, -1), NOTHING, Buffer.of(TRAILER)]) : input
}

async function startOf(path: string): Promise<Uint8Array> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(START), 0, START, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** Whether the first frame has the size of the canvas; true if there is none. */
function coversAll(bytes: Uint8Array): boolean {
  if (bytes.length < 13) return true
  const number = (at: number) => (bytes[at] as number) | ((bytes[at + 1] as number) << 8)
  const flags = bytes[10] as number
  let at = 13 + (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0)
  // Extensions: their kind, and blocks that begin with their length; the last one is empty.
  while (bytes[at] === 0x21) {
    at += 2
    while (bytes[at]) at += (bytes[at] as number) + 1
    at++
  }
  if (bytes[at] !== 0x2c || at + 9 > Math.min(bytes.length, START)) return true
  const [left, top, width, height] = [number(at + 1), number(at + 3), number(at + 5), number(at + 7)]
  return left === 0 && top === 0 && width >= number(6) && height >= number(8)
}
