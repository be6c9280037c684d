import type { IncomingMessage, ServerResponse } from 'node:http'
import type { PublishedModel } from '../published'
import { RequestError } from '../request-error'
import type { BodyLimits } from './body'
import { sendJson } from './reply'

/** One request, with everything needed to respond. */
export interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  /** The path below the model's own, such as `/query`. */
  path: string
  search: URLSearchParams
  model: PublishedModel
  limits: BodyLimits
  /** Included in every response. */
  headers: Record<string, string>
  /** Aborted if the client leaves before the response. */
  signal: AbortSignal
}

/** Handles the requests of one protocol. @returns whether it was one of them */
export type Protocol = (exchange: Exchange) => Promise<boolean>

export function shown(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

/** @throws RequestError 405 */
export function onlyBy(method: string, { request }: Exchange): void {
  const isRight = request.method === method || (method === 'GET' && request.method === 'HEAD')
  const allow = method === 'GET' ? 'GET, HEAD, OPTIONS' : `${method}, OPTIONS`
  if (!isRight) throw new RequestError(405, `Method not allowed: use ${method}`, undefined, allow)
}

export async function reply({ response, headers }: Exchange, value: unknown): Promise<true> {
  await sendJson(response, 200, value, headers)
  return true
}
