import { ftruncateSync, readSync, writeSync } from 'node:fs'
import type { Duplex } from 'node:stream'
import type { Packet, Send } from './protocol'

/** A shared file larger than this is emptied once read, so that one huge picture does not keep memory for weeks. */
const KEEP_BYTES = 32 * 2 ** 20

interface Header {
  body: unknown
  lengths: number[]
  /** Where the blocks are: in the shared file from its start, or right behind this header. */
  at: 'file' | 'inline'
}

/** Gives the buffer for block number `index` of a packet that arrives. */
type Allocate = (bytes: number, index: number) => ArrayBuffer

/**
 * Packets over a byte stream: the length of a JSON header (32 bits, little endian), the header, then the blocks.
 * With `file`, a file descriptor on a memory file system both ends hold, blocks travel there instead, as long as it has room.
 */
export function openFrames(
  stream: Duplex,
  file: number | null,
  receive: (packet: Packet) => void,
  allocate: Allocate = (bytes) => new ArrayBuffer(bytes),
): Send {
  readPackets(stream, file, receive, allocate).catch(() => stream.destroy())
  return ({ body, blocks }) => {
    const inFile = file !== null && blocks.length > 0 && writeBlocks(file, blocks)
    const header: Header = { body, lengths: blocks.map((block) => block.byteLength), at: inFile ? 'file' : 'inline' }
    const text = Buffer.from(JSON.stringify(header))
    const length = Buffer.alloc(4)
    length.writeUInt32LE(text.length)
    stream.cork()
    stream.write(Buffer.concat([length, text]))
    if (!inFile) for (const block of blocks) stream.write(block)
    stream.uncork()
  }
}

/** False when the file system is full. */
function writeBlocks(file: number, blocks: Uint8Array[]): boolean {
  let position = 0
  try {
    for (const block of blocks) {
      for (let done = 0; done < block.byteLength; ) {
        const written = writeSync(file, block, done, block.byteLength - done, position)
        done += written
        position += written
      }
    }
    return true
  } catch {
    return false
  }
}

function readBlocks(file: number, blocks: Uint8Array[]): void {
  let position = 0
  for (const block of blocks)
    for (let done = 0; done < block.byteLength; ) {
      const read = readSync(file, block, done, block.byteLength - done, position)
      if (read === 0) throw new Error('The shared file is shorter than announced.')
      done += read
      position += read
    }
  if (position > KEEP_BYTES) ftruncateSync(file, 0)
}

async function readPackets(
  stream: Duplex,
  file: number | null,
  receive: (packet: Packet) => void,
  allocate: Allocate,
): Promise<void> {
  const fill = reader(stream)
  for (;;) {
    const length = Buffer.alloc(4)
    if (!(await fill(length))) return
    const text = Buffer.alloc(length.readUInt32LE())
    await fill(text)
    const { body, lengths, at } = JSON.parse(text.toString()) as Header
    const blocks = lengths.map((bytes, index) => new Uint8Array(allocate(bytes, index)))
    if (at === 'file') readBlocks(file as number, blocks)
    else for (const block of blocks) await fill(block)
    receive({ body, blocks })
  }
}

/** Gives a function that fills an array from the stream; it resolves to false where the stream has ended. */
function reader(stream: Duplex): (target: Uint8Array) => Promise<boolean> {
  const chunks: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]()
  let chunk: Buffer = Buffer.alloc(0)
  return async (target) => {
    for (let done = 0; done < target.byteLength; ) {
      if (chunk.length === 0) {
        const next = await chunks.next()
        if (next.done) return false
        chunk = next.value
      }
      const taken = Math.min(chunk.length, target.byteLength - done)
      target.set(chunk.subarray(0, taken), done)
      chunk = chunk.subarray(taken)
      done += taken
    }
    return true
  }
}
