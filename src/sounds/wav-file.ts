import { open } from 'node:fs/promises'
import { endOf, readWavHeader, refuseDamage, ValueError, wrongSize } from '../types'

/** The number of bytes examined: the header, and the beginning of the data after the samples. */
const LOOKED_AT = 65_536

/** The first bytes of a file. */
export async function beginningOf(path: string): Promise<Uint8Array> {
  return (await readEnds(path, () => null)).start
}

/**
 * Checks whether a WAV's header matches its size, because ffmpeg silently drops samples if it doesn't.
 *
 * @param warn called with a description of what is missing; without it, such a WAV is refused
 * @returns whether it is a WAV of plain numbers
 * @throws ValueError with a one-sentence message that names the file
 */
export async function checkWav(path: string, warn?: (sentence: string) => void): Promise<boolean> {
  const { start, rest, size } = await readEnds(path, (start) => {
    const header = readWavHeader(start)
    return header && Number.isFinite(header.end) ? endOf(header) : null
  })
  const header = readWavHeader(start)
  if (!header) return false
  if (header.end === header.start) throw new ValueError(`the sound ${path} has no samples`)
  const wrong = wrongSize(header, size, rest)
  if (wrong) refuseDamage(`the sound ${path} ${wrong}`, warn)
  return true
}

/** @param restAt the position of the second part in bytes; null for none */
async function readEnds(path: string, restAt: (start: Uint8Array) => number | null) {
  const file = await open(path)
  try {
    const read = async (at: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(LOOKED_AT), 0, LOOKED_AT, at)
      return buffer.subarray(0, bytesRead)
    }
    const { size } = await file.stat()
    const start = await read(0)
    const at = restAt(start)
    return { start, size, rest: at !== null && at < size ? await read(at) : Buffer.alloc(0) }
  } finally {
    await file.close()
  }
}
