import type { IncomingMessage, ServerResponse } from 'node:http'
import { asRequestError } from '../request-error'

/**
 * Answers are never compressed: Runway's Processing and openFrameworks clients ask for gzip, and cannot read it.
 */
export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  send(response, status, Buffer.from(JSON.stringify(value)), {
    'Content-Type': 'application/json; charset=utf-8',
    ...headers,
  })
}

/** How long to wait for the rest of an unwanted body, in milliseconds. */
const REST = 2000

export function send(response: ServerResponse, status: number, body: Buffer, headers: Record<string, string>): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, {
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Content-Length': String(body.length),
    ...headers,
  })
  response.end(body)
}

/** `{"error": "…"}` with the status, like all of Runway's servers. */
export function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  headers: Record<string, string> = {},
): void {
  const { status, message, retryAfter, allow } = asRequestError(error)
  sendJson(
    response,
    status,
    { error: message },
    {
      ...headers,
      ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
      ...(allow !== undefined && { Allow: allow }),
      ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
    },
  )
  // A client doesn't listen while it sends: the rest of its body is read, but not for long.
  if (request.complete) return
  request.resume()
  const timer = setTimeout(() => request.destroy(), REST)
  request.once('close', () => clearTimeout(timer))
}
