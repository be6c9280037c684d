import { open } from 'node:fs/promises'

/** All sizes are stated within this many bytes at the start. */
const LOOKED_AT = 4096
/** The GUID of ASF's file properties object. */
const ASF = Buffer.from('3026b2758e66cf11', 'hex')
const ASF_PROPERTIES = Buffer.from('a1dcab8c47a9cf118ee400c00c205365', 'hex')
/** Sizes from here on mean that the program that wrote the AVI didn't know the size. */
const UNKNOWN = 0x7ff00000
/** FLV's `filesize`, followed by the type marker of a number. */
const FLV_SIZE = Buffer.from('\0\x08filesize\0', 'latin1')

/**
 * Whether a file is shorter than it states. ffmpeg reads truncated AVI, ASF (WMA) and FLV files without an
 * error.
 */
export async function isShorterThanStated(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LOOKED_AT), 0, LOOKED_AT, 0)
    return size < statedSize(buffer.subarray(0, bytesRead))
  } finally {
    await file.close()
  }
}

/** The size in bytes; 0 if none is stated, as in a recording in progress. */
function statedSize(start: Buffer): number {
  if (start.toString('latin1', 0, 4) === 'RIFF' && start.toString('latin1', 8, 12) === 'AVI ') {
    // The stated size excludes the first 8 bytes, but some programs wrongly include them.
    const size = start.readUInt32LE(4)
    return size < UNKNOWN ? size : 0
  }
  if (start.subarray(0, ASF.length).equals(ASF)) {
    const properties = partAt(start, ASF_PROPERTIES, 92)
    const isLive = properties && (properties.readUInt32LE(88) & 1) === 1
    return properties && !isLive ? Number(properties.readBigUInt64LE(40)) : 0
  }
  if (start.toString('latin1', 0, 3) !== 'FLV') return 0
  return partAt(start, FLV_SIZE, FLV_SIZE.length + 8)?.readDoubleBE(FLV_SIZE.length) ?? 0
}

/** The data that begins with this mark; null if it is missing or incomplete. */
function partAt(start: Buffer, mark: Buffer, length: number): Buffer | null {
  const at = start.indexOf(mark)
  return at < 0 || at + length > start.length ? null : start.subarray(at, at + length)
}
