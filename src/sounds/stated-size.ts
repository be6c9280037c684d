import { open } from 'node:fs/promises'

/** Everything that states a size is within the first bytes. */
const LOOKED_AT = 4096
/** ASF's object with the properties of the file, by its GUID. */
const ASF = Buffer.from('3026b2758e66cf11', 'hex')
const ASF_PROPERTIES = Buffer.from('a1dcab8c47a9cf118ee400c00c205365', 'hex')
/** From here on, an AVI's size means that its writer didn't know it. */
const UNKNOWN = 0x7ff00000
/** FLV's `filesize`, and the mark of a number. */
const FLV_SIZE = Buffer.from('\0\x08filesize\0', 'latin1')

/** Whether a file is shorter than it says itself: ffmpeg reads AVI, ASF (WMA) and FLV up to any end silently. */
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

/** In bytes; 0 if none is stated, as in a recording that is still running. */
function statedSize(start: Buffer): number {
  if (start.toString('latin1', 0, 4) === 'RIFF' && start.toString('latin1', 8, 12) === 'AVI ') {
    // Without the 8 bytes up to here, which careless writers count too.
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

/** The part that begins with this mark; null if there is none, or not all of it. */
function partAt(start: Buffer, mark: Buffer, length: number): Buffer | null {
  const at = start.indexOf(mark)
  return at < 0 || at + length > start.length ? null : start.subarray(at, at + length)
}
