import { open } from 'node:fs/promises'

/** The end marker is searched for in this many bytes at the end, because other data may follow it. */
const END = 4096

/**
 * Whether a GIF, WebP or PNG file is complete. In these formats, the first frames of an incomplete file can
 * already be decoded. True for all other files.
 */
export async function hasEnd(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const start = await part(0, 12)
    const type = start.toString('latin1')
    if (type.startsWith('GIF8')) return (await part(size - END, END)).includes(0x3b, -1)
    if (type.startsWith('\x89PNG')) return (await part(size - END, END)).includes('IEND')
    if (/^RIFF.{4}WEBP/s.test(type)) return size >= start.readUInt32LE(4) + 8
    return true
  } finally {
    await file.close()
  }

  async function part(from: number, length: number): Promise<Buffer> {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, Math.max(0, from))
    return buffer.subarray(0, bytesRead)
  }
}
