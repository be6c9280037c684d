import type { IncomingMessage } from 'node:http'
import type { Readable, Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { RequestError } from '../request-error'

export interface BodyLimits {
  /** Bytes, compressed or not. */
  limit: number
  /** Milliseconds for the whole of it to arrive. */
  timeout: number
}

/**
 * The body of a request, decompressed. The request stays open when reading ends early, so that the answer still gets through.
 *
 * @throws RequestError 400, 408, 413, 415
 */
export function readBody(request: IncomingMessage, { limit, timeout }: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const decoder = decoderFor(request)
    const source: Readable = decoder ? request.pipe(decoder) : request
    const parts: Buffer[] = []
    let length = 0

    const tooLarge = new RequestError(413, `The body is larger than the ${inMegabytes(limit)} that are taken`)
    const slow = new RequestError(408, `The body did not arrive within ${Math.ceil(timeout / 1000)} s`)
    const broken = new RequestError(400, 'The body could not be read: it is damaged, or the client left')
    const timer = setTimeout(() => stop(slow), timeout)
    const take = (part: Buffer) => {
      length += part.length
      if (length > limit) stop(tooLarge)
      else parts.push(part)
    }
    const fail = () => stop(broken)
    const left = () => {
      if (!request.complete) stop(broken)
    }
    const end = () => {
      forget()
      resolve(Buffer.concat(parts))
    }
    const forget = () => {
      clearTimeout(timer)
      source.off('data', take).off('end', end)
      request.off('close', left)
    }
    const stop = (error: RequestError) => {
      forget()
      request.unpipe()
      request.pause()
      decoder?.destroy()
      reject(error)
    }
    if (Number(request.headers['content-length']) > limit) return stop(tooLarge)
    source.on('data', take).on('end', end).on('error', fail)
    request.on('error', fail)
    request.once('close', left)
  })
}

/** @throws RequestError 400 for what is no JSON in UTF-8 */
export function parseJson(body: Uint8Array): unknown {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    throw new RequestError(400, 'The body is not text in UTF-8')
  }
  try {
    // Such a name would change what kind of object it is wherever the value is copied.
    const isTricky = /__proto__|\\u005f/i.test(text)
    return JSON.parse(text, isTricky ? (key, value) => (key === '__proto__' ? undefined : value) : undefined)
  } catch {
    throw new RequestError(400, 'The body of all POST requests must contain JSON')
  }
}

function decoderFor({ headers }: IncomingMessage): Transform | null {
  const encoding = (headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (encoding === 'identity' || encoding === '') return null
  const makers = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate, br: createBrotliDecompress }
  const make = Object.hasOwn(makers, encoding) ? makers[encoding as keyof typeof makers] : null
  if (!make) throw new RequestError(415, 'The body may be compressed with gzip, deflate or br, and with nothing else')
  return make()
}

function inMegabytes(bytes: number): string {
  return bytes >= 2 ** 20 ? `${Math.round((bytes / 2 ** 20) * 10) / 10} MB` : `${bytes} bytes`
}
