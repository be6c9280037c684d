import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { crc32, createDeflate } from 'node:zlib'

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex')

/** A PNG with a valid header that claims `width`×`height`, and nothing after it. */
export function pngHeader(width: number, height: number): Buffer {
  return Buffer.concat([SIGNATURE, header(width, height, 8, 2), chunk('IDAT', Buffer.alloc(0))])
}

/**
 * Writes a complete PNG of black one-bit pixels row by row, so that it is never in memory: 900 million pixels
 * take 110 KB.
 */
export async function writeBlackPng(path: string, width: number, height: number): Promise<void> {
  const row = Buffer.alloc(1 + Math.ceil(width / 8))
  function* rows() {
    for (let y = 0; y < height; y += 256) yield Buffer.concat(Array(Math.min(256, height - y)).fill(row))
  }
  async function* file() {
    yield Buffer.concat([SIGNATURE, header(width, height, 1, 0)])
    const packed = Readable.from(rows()).pipe(createDeflate({ level: 1 }))
    for await (const part of packed) yield chunk('IDAT', part as Buffer)
    yield chunk('IEND', Buffer.alloc(0))
  }
  await pipeline(file, createWriteStream(path))
}

function header(width: number, height: number, depth: number, color: number): Buffer {
  const data = Buffer.alloc(13)
  data.writeUInt32BE(width, 0)
  data.writeUInt32BE(height, 4)
  data.set([depth, color, 0, 0, 0], 8)
  return chunk('IHDR', data)
}

/** A PNG chunk with its checksum. */
export function chunk(type: string, data: Buffer): Buffer {
  const whole = Buffer.alloc(12 + data.length)
  whole.writeUInt32BE(data.length, 0)
  whole.write(type, 4, 'latin1')
  data.copy(whole, 8)
  whole.writeUInt32BE(crc(whole.subarray(4, 8 + data.length)), 8 + data.length)
  return whole
}

function crc(bytes: Buffer): number {
  if (crc32) return crc32(bytes)
  let value = 0xffffffff
  for (const byte of bytes) {
    value ^= byte
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0)
  }
  return ~value >>> 0
}
