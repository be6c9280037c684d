/** Maximum number of digits in a length. */
const LONGEST_LENGTH = 12

/**
 * The number of Engine.IO packets in the body of a request from a client without a WebSocket.
 * @param protocol 3 (until 2020) or 4
 * @param most where counting stops
 * @returns more than `most` if there are too many, or if they can't be separated
 */
export function packetsIn(body: string | Buffer, protocol: number, most: number): number {
  if (typeof body !== 'string') return count(body.length, most, (at) => behindBinary(body, at))
  if (protocol === 3) return count(body.length, most, (at) => behindText(body, at))
  return count(body.length, most, (at) => {
    const end = body.indexOf('\x1e', at)
    return end < 0 ? body.length : end + 1
  })
}

/** @param behind returns the end position of the packet that begins at a position */
function count(length: number, most: number, behind: (at: number) => number): number {
  let packets = 0
  for (let at = 0; at < length && packets <= most; at = behind(at)) packets++
  return packets
}

/** `5:4text`: the length in characters comes first. */
function behindText(body: string, at: number): number {
  const colon = body.slice(at, at + LONGEST_LENGTH).indexOf(':')
  const length = Number(body.slice(at, at + colon))
  return colon > 0 && length >= 0 ? at + colon + 1 + length : at
}

/** One byte for the kind, the length digit by digit, 255, and that many bytes. */
function behindBinary(body: Buffer, at: number): number {
  const end = body.subarray(at, at + LONGEST_LENGTH).indexOf(255)
  const length = Number(body.subarray(at + 1, at + end).join(''))
  return end > 1 && length >= 0 ? at + end + 1 + length : at
}
