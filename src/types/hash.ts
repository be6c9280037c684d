import type { Numbers } from './typed-array'

/**
 * A short string that identifies an array of numbers: 64 bits from two hashes based on MurmurHash3. It takes
 * a few milliseconds for ten million numbers, and isn't secure against attackers.
 */
export function hashOf(numbers: Numbers): string {
  const { byteLength, byteOffset, buffer } = numbers
  const isAligned = byteOffset % 4 === 0
  const bytes = new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)
  const whole = byteLength >> 2
  const words = isAligned
    ? new Uint32Array(buffer as ArrayBuffer, byteOffset, whole)
    : new Uint32Array(bytes.slice(0, whole * 4).buffer)
  let a = 0x9e3779b9 ^ byteLength
  let b = 0x85ebca6b ^ numbers.BYTES_PER_ELEMENT
  for (let i = 0; i < whole; i++) {
    const word = words[i] as number
    a = stir(a, word, 0xcc9e2d51, 0x1b873593)
    b = stir(b, word, 0x239b961b, 0x38b34ae5)
  }
  let rest = 0
  for (let i = whole * 4; i < byteLength; i++) rest = (rest << 8) | (bytes[i] as number)
  return finish(stir(a, rest, 0xcc9e2d51, 0x1b873593)) + finish(stir(b, rest, 0x239b961b, 0x38b34ae5))
}

function stir(hash: number, word: number, first: number, second: number): number {
  let k = Math.imul(word, first)
  k = Math.imul((k << 15) | (k >>> 17), second)
  const h = hash ^ k
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0
}

function finish(hash: number): string {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return ((h ^ (h >>> 16)) >>> 0).toString(16).padStart(8, '0')
}
