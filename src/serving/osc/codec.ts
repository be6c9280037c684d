/** Open Sound Control 1.0: reads messages and bundles, writes messages. */
export interface OscMessage {
  address: string
  args: OscValue[]
}

export type OscValue = string | number | bigint | boolean | null | Buffer | OscValue[]

/** A packet that isn't OSC. */
export class OscError extends Error {
  override readonly name = 'OscError'
}

const MAX_DEPTH = 8
const BUNDLE = '#bundle'

/**
 * All messages in a datagram. Those of a bundle are returned at once, whatever its time tag says.
 * @throws OscError
 */
export function readPacket(packet: Buffer, depth = 0): OscMessage[] {
  const reader = new Reader(packet)
  const address = reader.text()
  if (address !== BUNDLE) return [readMessage(address, reader)]
  if (depth >= MAX_DEPTH) throw new OscError('bundles are nested too deep')
  reader.bytes(8)
  const messages: OscMessage[] = []
  while (reader.left > 0) messages.push(...readPacket(reader.bytes(reader.int32()), depth + 1))
  return messages
}

function readMessage(address: string, reader: Reader): OscMessage {
  if (!address.startsWith('/')) throw new OscError('an address must begin with "/"')
  if (reader.left === 0) return { address, args: [] }
  const tags = reader.text()
  if (!tags.startsWith(',')) throw new OscError('the types of the arguments are missing')
  const args: OscValue[] = []
  const open = [args]
  for (const tag of tags.slice(1)) {
    const list = open.at(-1) as OscValue[]
    if (tag === '[') {
      const inner: OscValue[] = []
      list.push(inner)
      open.push(inner)
      if (open.length > MAX_DEPTH) throw new OscError('lists are nested too deep')
    } else if (tag === ']') {
      if (open.length === 1) throw new OscError('a list ends without a beginning')
      open.pop()
    } else list.push(readArgument(tag, reader))
  }
  if (open.length > 1) throw new OscError('a list does not end')
  return { address, args }
}

function readArgument(tag: string, reader: Reader): OscValue {
  switch (tag) {
    case 's':
    case 'S':
      return reader.text()
    case 'i':
      return reader.int32()
    case 'f':
      return reader.bytes(4).readFloatBE()
    case 'd':
      return reader.bytes(8).readDoubleBE()
    case 'h':
      return reader.bytes(8).readBigInt64BE()
    case 't':
      return reader.bytes(8).readBigUInt64BE()
    case 'c':
      return String.fromCharCode(reader.int32() & 0xffff)
    case 'r':
    case 'm':
      return reader.bytes(4).readUInt32BE()
    case 'b':
      return reader.blob()
    case 'T':
      return true
    case 'F':
      return false
    case 'N':
      return null
    case 'I':
      return Number.POSITIVE_INFINITY
    default:
      throw new OscError(`the argument type "${tag}" isn't supported`)
  }
}

/** Numbers are sent as floats, as most OSC programs expect. */
export function writeMessage({ address, args }: { address: string; args: (string | number | Buffer)[] }): Buffer {
  const tags = args.map((arg) => (typeof arg === 'string' ? 's' : typeof arg === 'number' ? 'f' : 'b'))
  return Buffer.concat([padded(address), padded(`,${tags.join('')}`), ...args.map(writeArgument)])
}

function writeArgument(arg: string | number | Buffer): Buffer {
  if (typeof arg === 'string') return padded(arg)
  const head = Buffer.alloc(4)
  if (typeof arg === 'number') {
    head.writeFloatBE(arg)
    return head
  }
  head.writeInt32BE(arg.length)
  return Buffer.concat([head, arg, Buffer.alloc(-arg.length & 3)])
}

/** A string padded with one to four zero bytes to a multiple of four. */
function padded(text: string): Buffer {
  const bytes = Buffer.from(text.replaceAll('\0', ''))
  return Buffer.concat([bytes, Buffer.alloc(4 - (bytes.length & 3))])
}

class Reader {
  private at = 0

  constructor(private readonly packet: Buffer) {}

  get left(): number {
    return this.packet.length - this.at
  }

  bytes(count: number): Buffer {
    if (count < 0 || count > this.left) throw new OscError('the packet ends too early')
    this.at += count
    return this.packet.subarray(this.at - count, this.at)
  }

  int32(): number {
    return this.bytes(4).readInt32BE()
  }

  text(): string {
    const end = this.packet.indexOf(0, this.at)
    if (end < 0) throw new OscError('text does not end')
    const length = end - this.at
    const bytes = this.bytes(length)
    this.bytes(Math.min(4 - (length & 3), this.left))
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    } catch {
      throw new OscError("text isn't UTF-8")
    }
  }

  blob(): Buffer {
    const length = this.int32()
    const bytes = this.bytes(length)
    this.bytes(Math.min(-length & 3, this.left))
    return Buffer.from(bytes)
  }
}
