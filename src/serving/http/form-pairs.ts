import { othersTurn } from '../../types/index'

const [AND, EQUALS, PLUS, PERCENT, SPACE] = Array.from('&=+% ', (letter) => letter.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
  number,
]

/** Byte → its value as a hexadecimal digit, or a negative number. */
const DIGITS = Int8Array.from({ length: 256 }, (_, byte) =>
  '0123456789abcdef'.indexOf(String.fromCharCode(byte).toLowerCase()),
)

/**
 * The pairs of `name=value&…` in order, with the same result as `URLSearchParams`. That class takes a second
 * for 16 MB of `+`, and blocks everything else.
 */
export async function* formPairs(body: Buffer): AsyncGenerator<[name: string, value: string]> {
  for (let start = 0; start < body.length; ) {
    const and = body.indexOf(AND, start)
    const pair = body.subarray(start, and < 0 ? body.length : and)
    start += pair.length + 1
    const equals = pair.indexOf(EQUALS)
    const name = equals < 0 ? pair : pair.subarray(0, equals)
    if (pair.length > 0) yield [await plain(name), await plain(pair.subarray(name.length + 1))]
  }
}

/** Number of bytes after which other work gets a turn. */
const PIECE = 2 ** 21

/** Text with its escapes decoded. */
async function plain(bytes: Buffer): Promise<string> {
  if (!bytes.includes(PLUS) && !bytes.includes(PERCENT)) return bytes.toString()
  const rest = Buffer.allocUnsafe(bytes.length)
  let length = 0
  for (let at = 0; at < bytes.length; ) {
    for (const end = Math.min(at + PIECE, bytes.length); at < end; at++) {
      const byte = bytes[at] as number
      const escaped = byte === PERCENT ? (digit(bytes, at + 1) << 4) | digit(bytes, at + 2) : -1
      if (escaped >= 0) at += 2
      rest[length++] = escaped >= 0 ? escaped : byte === PLUS ? SPACE : byte
    }
    if (bytes.length > PIECE) await othersTurn()
  }
  return rest.toString('utf8', 0, length)
}

const digit = (bytes: Buffer, at: number) => (at < bytes.length ? (DIGITS[bytes[at] as number] as number) : -1)
