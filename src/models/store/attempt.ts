import { createWriteStream } from 'node:fs'
import { open, readFile, rm, stat, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { readableSize } from '../../files'
import { get } from './request'
import { pageInstead, refused } from './sentences'
import { Interruption, StoreError } from './store-error'

/** One file of a download. */
export interface Wanted {
  /** Where it is fetched from, mirrored already. */
  url: URL
  /** Absolute; the file gets this name once it is complete and correct. */
  path: string
  bytes: number
  /** Whether `bytes` is only approximate; removed once the server has given the exact size. */
  rounded?: true
  /** Hexadecimal; of another kind where `algorithm` says so. */
  sha256: string
  algorithm?: 'sha512'
  /** The value of the Authorization header. */
  authorization?: string
}

/** How far a rounded size may be off. */
const NEAR = 0.02

/** The file's beginning, while the rest is missing. */
export const partOf = ({ path }: Pick<Wanted, 'path'>) => `${path}.part`
/** The part's address, and its server's name for the version of the file: two lines. */
const etagOf = ({ path }: Pick<Wanted, 'path'>) => `${path}.etag`

export async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  )
}

export async function removePart(wanted: Pick<Wanted, 'path'>): Promise<void> {
  await Promise.all([partOf(wanted), etagOf(wanted)].map((path) => rm(path, { force: true })))
}

/**
 * Fetches the missing rest of a part, in one go.
 *
 * @param grown called with the size of the part
 * @returns whether it may consist of several versions: that is, whether it was resumed
 */
export async function attempt(
  wanted: Wanted,
  options: { idle: number; signal: AbortSignal; env?: NodeJS.ProcessEnv; grown(size: number): void },
): Promise<{ resumed: boolean }> {
  const part = partOf(wanted)
  if (!wanted.rounded && (await sizeOf(part)) > wanted.bytes) await removePart(wanted)
  const have = await sizeOf(part)
  if (!wanted.rounded && have === wanted.bytes) return { resumed: true }
  const response = await get(wanted.url, { ...options, headers: await headersFor(wanted, have) })
  try {
    const from = await startOf(response, wanted, have)
    await writeFile(etagOf(wanted), `${validatorOf(response)}\n${wanted.url.href}`)
    options.grown(from)
    const file = createWriteStream(part, { flags: from > 0 ? 'a' : 'w' })
    await pipeline(response, counter(wanted, from, options.grown), file, { signal: options.signal })
    const size = await sizeOf(part)
    if (!wanted.rounded && size < wanted.bytes) {
      const isPage = from === 0 && (await isPageIn(part))
      if (!isPage && !(from === 0 && isAnswer(response))) throw new Interruption('the connection was cut')
      await removePart(wanted)
      if (isPage) throw pageInstead(wanted.url)
      checkLength(size, wanted)
    }
    return { resumed: from > 0 }
  } finally {
    response.destroy()
    // A full disk accepts the name, but no bytes.
    if ((await sizeOf(part)) === 0) await removePart(wanted)
  }
}

async function headersFor(wanted: Wanted, have: number): Promise<Record<string, string>> {
  const { authorization } = wanted
  const headers = { 'user-agent': 'daisychain', 'accept-encoding': 'identity', ...(authorization && { authorization }) }
  if (have === 0) return headers
  const [validator, address] = (await readFile(etagOf(wanted), 'utf8').catch(() => '')).split('\n')
  // Another server names the same bytes differently: the download is resumed, and the hash has the last word.
  const isSame = address === undefined || address === wanted.url.href
  return { ...headers, range: `bytes=${have}-`, ...(validator && isSame && { 'if-range': validator }) }
}

/** What `If-Range` may contain: a strong entity tag, otherwise the date of the last change. */
function validatorOf({ headers: { etag = '', 'last-modified': changed = '' } }: IncomingMessage): string {
  return etag.startsWith('"') ? etag : changed
}

/** The byte of the file at which the response begins. @throws if it isn't the right file */
async function startOf(response: IncomingMessage, wanted: Wanted, have: number): Promise<number> {
  const { statusCode, headers } = response
  if (statusCode === 416 && have > 0) {
    await removePart(wanted)
    throw new Interruption(`${wanted.url.host} cannot resume the interrupted download`)
  }
  if (statusCode !== 200 && statusCode !== 206) throw refused(response, wanted.url)
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity')
    throw new StoreError(`${wanted.url.href} arrives compressed (${encoding}), not as the file itself.`)
  if (statusCode === 200) {
    const length = headers['content-length']
    if (isPage(headers) && Number(length) !== wanted.bytes) throw pageInstead(wanted.url)
    if (length !== undefined) checkLength(Number(length), wanted)
    return 0
  }
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers['content-range'] ?? '') ?? []
  if (total !== undefined && total !== '*') checkLength(Number(total), wanted)
  if (Number(start) === have) return have
  await removePart(wanted)
  throw new Interruption(`${wanted.url.host} cannot resume the interrupted download`)
}

function isPage({ 'content-type': type = '' }: IncomingMessage['headers']): boolean {
  return /^\s*(text\/html|application\/xhtml)/i.test(type)
}

/** Some login pages arrive as if they were the file. */
async function isPageIn(path: string): Promise<boolean> {
  const file = await open(path)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(1000), 0, 1000, 0).finally(() => file.close())
  const start = buffer.toString('latin1', 0, bytesRead)
  return /^(ï»¿)?\s*<(!doctype html|html|head|body|script|meta)\b/i.test(start)
}

/** Whether all of it came, and it is text: an error, not the beginning of a model. */
function isAnswer({ complete, headers }: IncomingMessage): boolean {
  const type = headers['content-type'] ?? ''
  return complete && headers['transfer-encoding'] === 'chunked' && /^\s*(text\/|application\/(\w+\+)?json)/i.test(type)
}

function checkLength(length: number, wanted: Wanted): void {
  const { url, bytes, rounded } = wanted
  if (length === bytes) return
  if (rounded && Math.abs(length - bytes) <= NEAR * bytes) {
    wanted.bytes = length
    delete wanted.rounded
    return
  }
  throw new StoreError(
    `${url.href} is not the expected file: ${length} bytes (${readableSize(length)}) instead of ${bytes}.`,
  )
}

/** Passes the bytes through, up to the file's size. */
function counter(wanted: Wanted, from: number, grown: (size: number) => void): Transform {
  let size = from
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length
      if (!wanted.rounded && size > wanted.bytes) {
        return done(new StoreError(`${wanted.url.href} is longer than the ${wanted.bytes} bytes of the expected file.`))
      }
      grown(size)
      done(null, chunk)
    },
  })
}
