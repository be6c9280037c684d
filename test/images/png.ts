import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createDeflate } from 'node:zlib'
import { pngChunk } from '../../src/types'

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex')

/** A PNG with a valid header that claims `width`×`height`, and nothing after it. */
export function pngHeader(width: number, height: number): Buffer {
  return Buffer.concat([SIGNATURE, header(width, height, 8, 2), pngChunk('IDAT', Buffer.alloc(0))])
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
    for await (const part of packed) yield pngChunk('IDAT', part as Buffer)
    yield pngChunk('IEND', Buffer.alloc(0))
  }
  await pipeline(file, createWriteStream(path))
}

function header(width: number, height: number, depth: number, color: number): Uint8Array {
  const data = Buffer.alloc(13)
  data.writeUInt32BE(width, 0)
  data.writeUInt32BE(height, 4)
  data.set([depth, color, 0, 0, 0], 8)
  return pngChunk('IHDR', data)
}
