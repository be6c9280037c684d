import { ftruncate } from 'node:fs'
import type { Duplex } from 'node:stream'
import { setImmediate as othersTurn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { readFully, writeFully } from './file-parts'
import type { Packet, Send } from './protocol'

/**
 * A shared file larger than this is emptied after reading, so that one huge picture doesn't occupy memory for
 * weeks.
 */
const KEEP_BYTES = 32 * 2 ** 20

/**
 * Blocks are sent in pieces of this size, so that one end can read a piece from the file while the other
 * writes the next.
 */
const PIECE_BYTES = 2 ** 20

/** After reading this many bytes in a row, other work gets a turn. */
const AT_ONCE = 16 * PIECE_BYTES

/** Smaller blocks are faster through the stream than through the file. */
const SMALL_BYTES = 2 ** 14

/**
 * A marker before each piece of a block: it is in the shared file, at its position among all blocks, or
 * follows directly.
 */
const IN_FILE = Uint8Array.of(1)
const INLINE = Uint8Array.of(0)

const emptied = promisify(ftruncate)

interface Header {
  body: unknown
  lengths: number[]
}

/** Returns the buffer for block number `index` of an arriving packet. */
type Allocate = (bytes: number, index: number) => ArrayBuffer

/**
 * Sends and receives packets over a byte stream: the length of a JSON header (32 bits, little endian), the
 * header, then the blocks in pieces. With `file`, a descriptor in a memory file system that both ends share,
 * pieces are passed through the file instead, as long as it has room.
 */
export function openFrames(
  stream: Duplex,
  file: number | null,
  receive: (packet: Packet) => void,
  allocate: Allocate = unfilled,
): Send {
  pour(stream, readPackets(file, receive, allocate))
  return ({ body, blocks }) => {
    const header: Header = { body, lengths: blocks.map((block) => block.byteLength) }
    const text = Buffer.from(JSON.stringify(header))
    const length = Buffer.alloc(4)
    length.writeUInt32LE(text.length)
    // Written together with the first piece: each write wakes the other end, which may then take this one's core.
    stream.cork()
    stream.write(Buffer.concat([length, text]))
    for (const { piece, position } of pieces(blocks)) {
      const isInFile = file !== null && piece.length >= SMALL_BYTES && writeFully(file, piece, position)
      stream.write(isInFile ? IN_FILE : INLINE)
      if (!isInFile) stream.write(piece)
      stream.uncork()
    }
    stream.uncork()
  }
}

/** The pieces of all blocks, each with its position in the file. */
function* pieces(blocks: Uint8Array[]): Generator<{ piece: Uint8Array; position: number }> {
  let before = 0
  for (const block of blocks) {
    for (let at = 0; at < block.byteLength; at += PIECE_BYTES)
      yield { piece: block.subarray(at, at + PIECE_BYTES), position: before + at }
    before += block.byteLength
  }
}

/** Memory that is about to be overwritten needn't be cleared first. */
function unfilled(bytes: number): ArrayBuffer {
  return Buffer.allocUnsafeSlow(bytes).buffer
}

type Asking<End> = Generator<Uint8Array | Promise<void>, End, void>

/** Requests arrays to be filled from the stream, one after another, and yields promises for pauses. */
function* readPackets(file: number | null, receive: (packet: Packet) => void, allocate: Allocate): Asking<never> {
  const length = Buffer.alloc(4)
  for (;;) {
    yield length
    yield* readPacket(length.readUInt32LE(), file, receive, allocate)
  }
}

/**
 * A separate function, because a generator that waits for the next packet would keep the last one's blocks in
 * memory.
 */
function* readPacket(
  bytes: number,
  file: number | null,
  receive: (packet: Packet) => void,
  allocate: Allocate,
): Asking<void> {
  const text = Buffer.alloc(bytes)
  yield text
  const { body, lengths } = JSON.parse(text.toString()) as Header
  const blocks = lengths.map((bytes, index) => new Uint8Array(allocate(bytes, index)))
  const place = new Uint8Array(1)
  let used = 0
  let before = 0
  for (const { piece, position } of pieces(blocks)) {
    yield place
    if (place[0] === INLINE[0]) yield piece
    else {
      readFully(file as number, piece, position)
      used = position + piece.length
      if (used - before >= AT_ONCE) {
        before = used
        yield othersTurn()
      }
    }
  }
  if (used > KEEP_BYTES) yield emptied(file as number, 0)
  receive({ body, blocks })
}

/**
 * Fills the requested arrays with what arrives, synchronously: a promise for each would take longer than most packets.
 */
function pour(stream: Duplex, asking: Asking<never>): void {
  let target: Uint8Array = new Uint8Array(0)
  let done = 0

  /** False while the stream is paused. */
  function next(): boolean {
    const { value } = asking.next()
    if (value instanceof Uint8Array) {
      target = value
      done = 0
      return true
    }
    stream.pause()
    value.then(goOn).catch(() => stream.destroy())
    return false
  }

  function goOn(): void {
    if (next()) stream.resume()
  }

  function take(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      const taken = Math.min(chunk.length - at, target.length - done)
      target.set(chunk.subarray(at, at + taken), done)
      at += taken
      done += taken
      if (done < target.length || next()) continue
      if (at < chunk.length) stream.unshift(chunk.subarray(at))
      return
    }
  }

  stream.on('data', (chunk: Buffer) => {
    try {
      take(chunk)
    } catch {
      stream.destroy()
    }
  })
  next()
}
