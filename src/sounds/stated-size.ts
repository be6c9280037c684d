import { open } from 'node:fs/promises'

/** Except in TTA files, all sizes are stated within this many bytes at the start. */
const LOOKED_AT = 4096
/** The GUID of ASF's file properties object. */
const ASF = Buffer.from('3026b2758e66cf11', 'hex')
const ASF_PROPERTIES = Buffer.from('a1dcab8c47a9cf118ee400c00c205365', 'hex')
/** Sizes from here on mean that the program that wrote the AVI didn't know the size. */
const UNKNOWN = 0x7ff00000
/** FLV's `filesize`, followed by the type marker of a number. */
const FLV_SIZE = Buffer.from('\0\x08filesize\0', 'latin1')
/** The length of a TTA's header. The size of each block of samples follows it. */
const TTA_HEADER = 22

/**
 * Whether a file is shorter than it states. ffmpeg reads truncated AVI, ASF (WMA), FLV and TTA files without
 * an error.
 */
export async function isShorterThanStated(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const read = async (length: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0)
      return buffer.subarray(0, bytesRead)
    }
    const start = await read(LOOKED_AT)
    const table = sizeOfTable(start)
    if (table) return size < table || size < sizeOfTta(await read(table))
    return size < statedSize(start)
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

/** The size of a TTA up to its last block's size; 0 for other files. A block is 256/245 seconds long. */
function sizeOfTable(start: Buffer): number {
  if (start.length < TTA_HEADER || start.toString('latin1', 0, 4) !== 'TTA1') return 0
  const [sampleRate, samples] = [start.readUInt32LE(10), start.readUInt32LE(14)]
  return sampleRate ? TTA_HEADER + 4 * Math.ceil(samples / Math.floor((256 * sampleRate) / 245)) : 0
}

/** The table is followed by its checksum and the blocks. Tags may follow. */
function sizeOfTta(table: Buffer): number {
  let size = table.length + 4
  for (let at = TTA_HEADER; at < table.length; at += 4) size += table.readUInt32LE(at)
  return size
}

/** The data that begins with this mark; null if it is missing or incomplete. */
function partAt(start: Buffer, mark: Buffer, length: number): Buffer | null {
  const at = start.indexOf(mark)
  return at < 0 || at + length > start.length ? null : start.subarray(at, at + length)
}
