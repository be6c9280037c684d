import type { IncomingMessage, ServerResponse } from 'node:http'
import { jsonPieces } from '../../types/json-pieces'
import { asRequestError } from '../request-error'

const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' }

/**
 * Responses are never compressed: Runway's clients for Processing and openFrameworks ask for gzip but cannot
 * read it.
 */
export async function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): Promise<void> {
  send(response, status, await jsonPieces(value), { ...JSON_TYPE, ...headers })
}

/** Milliseconds to wait for the rest of an unwanted body. */
const REST = 2000

export function send(
  response: ServerResponse,
  status: number,
  body: Buffer | readonly Buffer[],
  headers: Record<string, string>,
): void {
  if (response.headersSent || response.destroyed) return
  const pieces = Buffer.isBuffer(body) ? [body] : body
  response.writeHead(status, {
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Content-Length': String(pieces.reduce((sum, { length }) => sum + length, 0)),
    ...headers,
  })
  for (const piece of pieces) response.write(piece)
  response.end()
}

/** `{"error": "…"}` with the status, as from all of Runway's servers. */
export function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  headers: Record<string, string> = {},
): void {
  const { status, message, retryAfter, allow } = asRequestError(error)
  send(response, status, Buffer.from(JSON.stringify({ error: message })), {
    ...JSON_TYPE,
    ...headers,
    ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
    ...(allow !== undefined && { Allow: allow }),
    ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
  })
  // Clients don't read while they send, so the rest of the body is read, but not for long.
  if (request.complete) return
  request.resume()
  const timer = setTimeout(() => request.destroy(), REST)
  request.once('close', () => clearTimeout(timer))
}
