import { createReadStream, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'

/** In bytes. Larger archives need a format that not all programs support. */
const MOST = 0xffff_ffff
const UTF8_NAMES = 0x0800
/** Version 2.0, and 1 January 1980, the earliest possible date: equal files give equal archives. */
const [VERSION, DATE] = [20, 0x21]

/**
 * Writes a folder's files to a zip archive without compression, because weights hardly compress.
 *
 * @param names with `/` as the separator
 * @throws RangeError if they total 4 GB or more
 */
export async function writeZip(folder: string, names: readonly string[], to: string): Promise<void> {
  const sizes = names.map((name) => statSync(join(folder, name)).size)
  if (sizes.reduce((sum, size) => sum + size, 0) > MOST - 2 ** 20) throw new RangeError('more than 4 GB in one archive')
  const archive = await open(to, 'w')
  let at = 0
  const put = async (bytes: Buffer) => {
    at += bytes.length
    await archive.writeFile(bytes)
  }
  try {
    const entries: Buffer[] = []
    for (const [i, name] of names.entries()) {
      const path = join(folder, name)
      const called = Buffer.from(name)
      const size = sizes[i] as number
      const about = numbers([VERSION, UTF8_NAMES, 0, 0, DATE], 2)
      const measures = numbers([await checksum(path), size, size], 4)
      const lengths = numbers([called.length, 0], 2)
      // In the central directory: the version that wrote it, and after the lengths: comment, disk, attributes
      // and offset.
      const made = numbers([VERSION], 2)
      const rest = Buffer.concat([numbers([0, 0, 0], 2), numbers([0, at], 4)])
      entries.push(Buffer.concat([numbers([0x0201_4b50], 4), made, about, measures, lengths, rest, called]))
      await put(Buffer.concat([numbers([0x0403_4b50], 4), about, measures, lengths, called]))
      for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) await put(chunk)
    }
    const start = at
    for (const entry of entries) await put(entry)
    const counts = numbers([0, 0, entries.length, entries.length], 2)
    await put(Buffer.concat([numbers([0x0605_4b50], 4), counts, numbers([at - start, start], 4), numbers([0], 2)]))
  } finally {
    await archive.close()
  }
}

/** Little-endian integers with this many bytes each. */
function numbers(values: number[], bytes: 2 | 4): Buffer {
  const buffer = Buffer.alloc(values.length * bytes)
  for (const [i, value] of values.entries()) buffer.writeUIntLE(value, i * bytes, bytes)
  return buffer
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1
  return crc
})

/** CRC-32. */
async function checksum(path: string): Promise<number> {
  let crc = 0xffff_ffff
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>)
    for (const byte of chunk) crc = (TABLE[(crc ^ byte) & 255] as number) ^ (crc >>> 8)
  return ~crc >>> 0
}
