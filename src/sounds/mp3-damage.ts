import { type FileHandle, open } from 'node:fs/promises'
import { frameLength } from '../types'

/** The number of bytes read at a time. */
const WINDOW = 65_536
/** The maximum length of a header that states a length. */
const BEGINNING = 16

/**
 * Finds damage in an MP3. Everything between its frames must be tags, which concatenated files have in the
 * middle and which ffmpeg reports as damage. Before the first frame, any data is allowed; after the last one,
 * only tags and zeros.
 */
export async function mp3Damage(path: string): Promise<'end' | 'middle' | null> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const look = createLook(file)
    let hasFrames = false
    let isLost = false
    for (let at = 0; at < size; ) {
      const found = await partLength(at, look)
      const length = at + found > size ? 0 : found
      if (length && isLost) return 'middle'
      if (length) hasFrames = true
      else if (hasFrames && !isLost && !(await isPadding(at, size, look))) isLost = true
      else if (hasFrames && !isLost) return null
      at += length || 1
    }
    return isLost ? 'end' : null
  } finally {
    await file.close()
  }
}

type Look = (at: number) => Promise<Uint8Array>

/** Reads `BEGINNING` bytes at a position, or as many as there are. */
function createLook(file: FileHandle): Look {
  let held = Buffer.alloc(0)
  let from = 0
  return async (at) => {
    if (at < from || at + BEGINNING > from + held.length) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(WINDOW), 0, WINDOW, at)
      held = buffer.subarray(0, bytesRead)
      from = at
    }
    return held.subarray(at - from, at - from + BEGINNING)
  }
}

/**
 * The length of the frame or tag at a position; 0 if there is neither. A frame only counts if it is followed
 * by another one, a tag or the end.
 */
async function partLength(at: number, look: Look): Promise<number> {
  const start = await look(at)
  const length = frameLength(start)
  if (!length) return tagLength(start)
  const next = await look(at + length)
  return next.length < 4 || frameLength(next) || tagLength(next) || isZeros(next) || isLyrics(next) ? length : 0
}

/** The length of tags that state it: ID3 before or after a sound, and APE. */
function tagLength(bytes: Uint8Array): number {
  const name = String.fromCharCode(...bytes.subarray(0, 8))
  const [, , , , , , a = 0, b = 0, c = 0, d = 0] = bytes
  if (name.startsWith('ID3')) return 10 + (a << 21) + (b << 14) + (c << 7) + d
  if (name.startsWith('TAG')) return 128
  if (name !== 'APETAGEX' || bytes.length < BEGINNING) return 0
  return 32 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(12, true)
}

/** Whether the rest consists of zeros or of lyrics. */
async function isPadding(from: number, size: number, look: Look): Promise<boolean> {
  if (isLyrics(await look(from))) return true
  for (let at = from; at < size; at += BEGINNING) if (!isZeros(await look(at))) return false
  return true
}

function isZeros(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0)
}

/** Lyrics state their length at their end. */
function isLyrics(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(0, 11)) === 'LYRICSBEGIN'
}
