import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { SoundFile } from '../../src/sounds'

/** The mark that an `http request` node leaves in the headers it received, so that they aren't sent again. */
const MARK = 'x-node-red-request-node'

export type Headers = Record<string, unknown>

/** The headers that a flow has set, without those of the answer to an earlier request. */
export function ownHeaders(headers: unknown, coreNodesDir: string | undefined): Headers {
  if (typeof headers !== 'object' || headers === null) return {}
  const { [MARK]: mark, ...rest } = headers as Headers
  return mark !== undefined && mark === hashOf(rest, coreNodesDir) ? {} : rest
}

/** As Node-RED computes it; it drops headers with this hash. */
function hashOf(headers: Headers, coreNodesDir: string | undefined): unknown {
  try {
    const hashSum = createRequire(join(coreNodesDir ?? __dirname, 'package.json'))('hash-sum') as (
      of: unknown,
    ) => string
    return hashSum(headers)
  } catch {
    return undefined
  }
}

/** The content type in headers: a node's headers are a record, or a list of rows from the edit dialog. */
export function contentTypeIn(headers: unknown): string | undefined {
  if (Array.isArray(headers)) {
    const rows = headers.filter((row): row is Headers => typeof row === 'object' && row !== null)
    return contentTypeIn(Object.fromEntries(rows.map((row) => [chosen(row, 'key'), chosen(row, 'value')])))
  }
  const entry = Object.entries((headers ?? {}) as Headers).find(([name]) => name.toLowerCase() === 'content-type')
  return typeof entry?.[1] === 'string' ? entry[1].toLowerCase() : undefined
}

/** `keyType` is a header's name itself, or `other`; then the name is in `keyValue`. */
function chosen(row: Headers, part: 'key' | 'value'): string {
  const kind = row[`${part}Type`]
  return String(kind === 'other' ? row[`${part}Value`] : kind)
}

/** The formats in which pictures and sounds are written. */
export interface Formats {
  picture: 'png' | 'jpeg' | 'webp'
  sound: SoundFile
}

/** The formats that a content type or a file name asks for. */
export function formatsIn(text = ''): Formats {
  return { picture: pictureIn(text), sound: soundIn(text) }
}

function pictureIn(text: string): Formats['picture'] {
  if (/jpe?g|jfif/i.test(text)) return 'jpeg'
  return /webp/i.test(text) ? 'webp' : 'png'
}

function soundIn(text: string): SoundFile {
  if (/flac/i.test(text)) return 'flac'
  return /mp3|mpeg|mpga/i.test(text) ? 'mp3' : 'wav'
}
