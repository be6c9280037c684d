import { createWriteStream } from 'node:fs'
import { open, readFile, rm, stat, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { readableSize } from '../../files'
import { get } from './request'
import { pageInstead, refused } from './sentences'
import { Interruption, StoreError } from './store-error'

/** One file to download. */
export interface Wanted {
  /** The URL, after mirrors have been applied. */
  url: URL
  /** Absolute path. The file is given this name only once it is complete and verified. */
  path: string
  bytes: number
  /** Whether `bytes` is only approximate. Deleted once the server has sent the exact size. */
  rounded?: true
  /** In hexadecimal. `algorithm` names another hash if it isn't a SHA-256. */
  sha256: string
  algorithm?: 'sha512'
  /** The value of the Authorization header. */
  authorization?: string
}

/** How far a rounded size may differ, as a fraction. */
const NEAR = 0.02

/** The partial file that exists during a download. */
export const partOf = ({ path }: Pick<Wanted, 'path'>) => `${path}.part`
/** The address of the partial file, and the server's validator for that version of it, on two lines. */
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
 * Downloads the missing rest of a partial file in a single request.
 *
 * @param grown called with the size of the partial file
 * @returns whether the download was resumed, so that the file may be a mix of several versions
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
    // On a full disk, the file may have been created without any bytes.
    if ((await sizeOf(part)) === 0) await removePart(wanted)
  }
}

async function headersFor(wanted: Wanted, have: number): Promise<Record<string, string>> {
  const { authorization } = wanted
  const headers = { 'user-agent': 'daisychain', 'accept-encoding': 'identity', ...(authorization && { authorization }) }
  if (have === 0) return headers
  const [validator, address] = (await readFile(etagOf(wanted), 'utf8').catch(() => '')).split('\n')
  // Other servers have other validators for the same bytes. The download is resumed anyway; the hash decides
  // whether the file is right.
  const isSame = address === undefined || address === wanted.url.href
  return { ...headers, range: `bytes=${have}-`, ...(validator && isSame && { 'if-range': validator }) }
}

/** A validator for `If-Range`: a strong entity tag, or else the date of the last modification. */
function validatorOf({ headers: { etag = '', 'last-modified': changed = '' } }: IncomingMessage): string {
  return etag.startsWith('"') ? etag : changed
}

/** The byte offset at which the response starts. @throws an error if it isn't the requested file */
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

/** A captive portal's login page may arrive in place of the file. */
async function isPageIn(path: string): Promise<boolean> {
  const file = await open(path)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(1000), 0, 1000, 0).finally(() => file.close())
  const start = buffer.toString('latin1', 0, bytesRead)
  return /^(ï»¿)?\s*<(!doctype html|html|head|body|script|meta)\b/i.test(start)
}

/** Whether a complete response is text, so that it is an error message rather than part of a model. */
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

/** Passes bytes through, up to the file's size. */
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
