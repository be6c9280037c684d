import { decodeLoosely } from './encoded-picture'
import type { AudioFormat } from './port-type'
import { soundFormat } from './sound-format'

/**
 * Longer than any path. A shorter text might be a path made only of base64 characters, such as
 * `//server/share`.
 */
const LONGER_THAN_PATHS = 4096

/**
 * How text contains a sound: as a data URI that declares one or whose data begins like one, or as base64 that
 * begins like one. Null for other text.
 */
export function soundInText(text: string): Extract<AudioFormat, 'dataURI' | 'base64'> | null {
  const uri = /^\s*data:(audio\/|video\/)?[^,]{0,180},/i.exec(text.slice(0, 400))
  if (uri?.[1]) return 'dataURI'
  if (uri) return /;base64,$/i.test(uri[0]) && beginsAsSound(text, uri[0].length) ? 'dataURI' : null
  return beginsAsSound(text, 0) ? 'base64' : null
}

function beginsAsSound(text: string, from: number): boolean {
  const start = text.slice(from, from + 100).replace(/\s+/g, '')
  if (start.length < 16 || !/^[a-z0-9+/_-]+=*$/i.test(start)) return false
  const bytes = decodeLoosely(start.slice(0, start.length & ~3))
  if (!bytes || soundFormat(bytes) === null) return false
  return bytes[0] !== 0xff || from > 0 || text.length > LONGER_THAN_PATHS
}
