import { ftruncate } from 'node:fs'
import type { Duplex } from 'node:stream'
import { setImmediate as othersTurn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { readFully, writeFully } from './file-parts'
import type { Packet, Send } from './protocol'

/** A shared file larger than this is emptied once read, so that one huge picture does not keep memory for weeks. */
const KEEP_BYTES = 32 * 2 ** 20

/** Blocks travel in pieces of this size, so that one end reads a piece from the file while the other writes the next. */
const PIECE_BYTES = 2 ** 20

/** Bytes read in a row, after which others get a turn. */
const AT_ONCE = 16 * PIECE_BYTES

/** What is smaller than this goes faster through the stream than through the file. */
const SMALL_BYTES = 2 ** 14

/** Says before each piece of a block where it is: in the shared file, at its place among all blocks, or right behind. */
const IN_FILE = Uint8Array.of(1)
const INLINE = Uint8Array.of(0)

const emptied = promisify(ftruncate)

interface Header {
  body: unknown
  lengths: number[]
}

/** Gives the buffer for block number `index` of a packet that arrives. */
type Allocate = (bytes: number, index: number) => ArrayBuffer

/**
 * Packets over a byte stream: the length of a JSON header (32 bits, little endian), the header, then the blocks in pieces.
 * With `file`, a file descriptor on a memory file system both ends hold, pieces travel there instead, as long as it has room.
 */
export function openFrames(
  stream: Duplex,
  file: number | null,
  receive: (packet: Packet) => void,
  allocate: Allocate = unfilled,
): Send {
  readPackets(stream, file, receive, allocate).catch(() => stream.destroy())
  return ({ body, blocks }) => {
    const header: Header = { body, lengths: blocks.map((block) => block.byteLength) }
    const text = Buffer.from(JSON.stringify(header))
    const length = Buffer.alloc(4)
    length.writeUInt32LE(text.length)
    // Small ones go at once: the other end then wakes up once.
    const isSmall = blocks.reduce((sum, { byteLength }) => sum + byteLength, 0) <= PIECE_BYTES
    if (isSmall) stream.cork()
    stream.write(Buffer.concat([length, text]))
    for (const { piece, position } of pieces(blocks)) {
      const isInFile = file !== null && piece.length >= SMALL_BYTES && writeFully(file, piece, position)
      stream.write(isInFile ? IN_FILE : INLINE)
      if (!isInFile) stream.write(piece)
    }
    if (isSmall) stream.uncork()
  }
}

/** The pieces of all blocks, each with its place in the file. */
function* pieces(blocks: Uint8Array[]): Generator<{ piece: Uint8Array; position: number }> {
  let before = 0
  for (const block of blocks) {
    for (let at = 0; at < block.byteLength; at += PIECE_BYTES)
      yield { piece: block.subarray(at, at + PIECE_BYTES), position: before + at }
    before += block.byteLength
  }
}

/** Memory that is about to be written over need not be filled with zeros first. */
function unfilled(bytes: number): ArrayBuffer {
  return Buffer.allocUnsafeSlow(bytes).buffer
}

async function readPackets(
  stream: Duplex,
  file: number | null,
  receive: (packet: Packet) => void,
  allocate: Allocate,
): Promise<void> {
  const fill = reader(stream)
  const place = new Uint8Array(1)
  for (;;) {
    const length = Buffer.alloc(4)
    if (!(await fill(length))) return
    const text = Buffer.alloc(length.readUInt32LE())
    await fill(text)
    const { body, lengths } = JSON.parse(text.toString()) as Header
    const blocks = lengths.map((bytes, index) => new Uint8Array(allocate(bytes, index)))
    let used = 0
    let before = 0
    for (const { piece, position } of pieces(blocks)) {
      await fill(place)
      if (place[0] === INLINE[0]) await fill(piece)
      else {
        readFully(file as number, piece, position)
        used = position + piece.length
        if (used - before >= AT_ONCE) {
          before = used
          await othersTurn()
        }
      }
    }
    if (used > KEEP_BYTES) await emptied(file as number, 0)
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
