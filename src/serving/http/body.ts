import type { IncomingMessage } from 'node:http'
import type { Readable, Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { type JsonBudget, readJson, ValueError } from '../../types/index'
import { RequestError } from '../request-error'

export interface BodyLimits {
  /** Maximum bytes, compressed or not. */
  limit: number
  /** Milliseconds for the whole body to arrive. */
  timeout: number
  /** The total bytes of all arriving bodies. */
  arriving?: { bytes: number }
}

/** How many bodies of the largest size may arrive at once. */
const MOST_AT_ONCE = 8

/**
 * The decompressed body of a request. If reading ends early, the request stays open, so that the client still
 * gets the response.
 * @throws RequestError 400, 408, 413, 415
 */
export function readBody(request: IncomingMessage, { limit, timeout, arriving }: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const decoder = decoderFor(request)
    const source: Readable = decoder ? request.pipe(decoder) : request
    const parts: Buffer[] = []
    let length = 0

    // A function, because errors record their stack, which is expensive.
    const tooLarge = () => new RequestError(413, `The body is larger than the ${inMegabytes(limit)} allowed`)
    const tooMuch = () => new RequestError(503, 'Too much is being sent at the same time: try again in 1 s', 1)
    const slow = () => new RequestError(408, `The body did not arrive within ${Math.ceil(timeout / 1000)} s`)
    const broken = () => new RequestError(400, 'The body could not be read: it is damaged, or the client disconnected')
    const timer = setTimeout(() => stop(slow()), timeout)
    const take = (part: Buffer) => {
      length += part.length
      if (arriving) arriving.bytes += part.length
      if (length > limit) stop(tooLarge())
      else if (arriving && arriving.bytes > limit * MOST_AT_ONCE) stop(tooMuch())
      else parts.push(part)
    }
    const fail = () => stop(broken())
    const left = () => {
      if (!request.complete) stop(broken())
    }
    const end = () => {
      forget()
      resolve(Buffer.concat(parts))
    }
    const forget = () => {
      if (arriving) arriving.bytes -= length
      length = 0
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
    if (Number(request.headers['content-length']) > limit) return stop(tooLarge())
    source.on('data', take).on('end', end).on('error', fail)
    request.on('error', fail)
    request.once('close', left)
  })
}

/** @throws RequestError 400 if it isn't JSON in UTF-8, 413 if it has too many parts */
export function parseJson(body: Uint8Array, budget?: JsonBudget): unknown {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    throw new RequestError(400, "The body isn't UTF-8 text")
  }
  try {
    return readJson(text, body, budget)
  } catch (error) {
    if (error instanceof ValueError) throw new RequestError(413, error.message)
    throw new RequestError(400, 'The body of all POST requests must contain JSON')
  }
}

function decoderFor({ headers }: IncomingMessage): Transform | null {
  const encoding = (headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (encoding === 'identity' || encoding === '') return null
  const makers = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate, br: createBrotliDecompress }
  const make = Object.hasOwn(makers, encoding) ? makers[encoding as keyof typeof makers] : null
  if (!make) throw new RequestError(415, 'The body may only be compressed with gzip, deflate or br')
  return make()
}

function inMegabytes(bytes: number): string {
  return bytes >= 2 ** 20 ? `${Math.round((bytes / 2 ** 20) * 10) / 10} MB` : `${bytes} bytes`
}
