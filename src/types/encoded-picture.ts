import { pictureFormat } from './picture-format'
import type { ImageFormat } from './port-type'
import { bytesOfList } from './read-pixels'
import { ValueError } from './value-error'

/** The bytes in a list of bytes or in any typed array, if they begin like a picture; otherwise null. */
export function encodedIn(value: object): Uint8Array | null {
  const bytes = ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength)
    : Array.isArray(value) && value.length > 16 && bytesOfList(value.slice(0, 200))
  return bytes && isEncoded(bytes) ? (Array.isArray(value) ? bytesOfList(value) : bytes) : null
}

export function isEncoded(bytes: Uint8Array): boolean {
  return pictureFormat(bytes) !== null
}

/** Decodes base64 whose first bytes are a picture's; null for other text. */
export function bytesOfBase64(text: string): Uint8Array | null {
  return formatOfBase64(text) ? decodeBase64(text) : null
}

/** The picture format that base64 text begins with; null for other text. */
export function formatOfBase64(text: string): ImageFormat | null {
  const start = text.slice(0, 400).replace(/\s+/g, '')
  if (start.length < 16 || !/^[a-z0-9+/_-]+=*$/i.test(start)) return null
  const bytes = decodeLoosely(start.slice(0, start.length & ~3))
  return bytes && pictureFormat(bytes)
}

/** Decodes base64 and base64url, which uses other characters for the last two. */
export function decodeBase64(text: string): Uint8Array {
  const bytes = decodeLoosely(text)
  if (!bytes) throw new ValueError('its base64 text is broken')
  return bytes
}

export function decodeLoosely(text: string): Uint8Array | null {
  const quick = decodeInNode(text)
  if (quick) return quick
  try {
    const binary = atob(/[-_]/.test(text) ? text.replace(/-/g, '+').replace(/_/g, '/') : text)
    const bytes = new Uint8Array(binary.length)
    // A callback for each byte would take a hundred times as long.
    for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i)
    return bytes
  } catch {
    return null
  }
}

interface NodeBuffer {
  allocUnsafeSlow(length: number): Uint8Array & { write(text: string, encoding: 'base64'): number }
}

/**
 * Node.js's decoder is twenty times as fast, but skips characters that aren't base64. The number of bytes
 * shows whether it has skipped any.
 */
function decodeInNode(text: string): Uint8Array | null {
  const { Buffer } = globalThis as { Buffer?: NodeBuffer }
  if (!Buffer) return null
  const characters = text.length - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0)
  const length = Math.floor((characters * 3) / 4)
  const bytes = Buffer.allocUnsafeSlow(length)
  const isPadded = characters === text.length || text.length % 4 === 0
  const isWhole = isPadded && characters % 4 !== 1 && bytes.write(text, 'base64') === length
  return isWhole ? new Uint8Array(bytes.buffer as ArrayBuffer, 0, length) : null
}

/** A Buffer that was serialised as JSON. */
export function bytesOfJson(value: object): Uint8Array | null {
  const { type, data } = value as { type?: unknown; data?: unknown }
  return type === 'Buffer' && Array.isArray(data) ? Uint8Array.from(data as number[]) : null
}

/** In slices, because a function call takes a limited number of arguments. */
export function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
  return btoa(binary)
}
