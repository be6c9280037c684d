import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerInference } from '../open-inference/routes'
import type { PublishedModel } from '../published'
import { RequestError } from '../request-error'
import { type Access, allowOrigin, bearer, checkToken, PREFLIGHT } from './access'
import type { BodyLimits } from './body'
import { sendError, sendJson } from './reply'
import { answerRunway } from './runway-routes'

/** What one request is about, with everything that its answer needs. */
export interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  /** Below the model's own path, such as `/query`. */
  path: string
  search: URLSearchParams
  model: PublishedModel
  limits: BodyLimits
  /** Goes into every answer. */
  headers: Record<string, string>
  /** Aborted when the client leaves before the answer. */
  signal: AbortSignal
}

/** A way to talk to a model: answers what it knows, and says whether it did. */
export type Protocol = (exchange: Exchange) => Promise<boolean>

const PROTOCOLS: readonly Protocol[] = [answerInference, answerRunway]

/** Asked by whatever watches over servers, which has no token. They tell nothing but that it runs. */
const HEALTH: ReadonlySet<string> = new Set(['/healthcheck', '/v2/health/live', '/v2/health/ready'])

export interface HandlerOptions {
  model: PublishedModel
  access: Access
  limits: BodyLimits
}

/** Answers a request below a model's path. Never throws; whatever goes wrong becomes a status and a sentence. */
export async function handle(
  { model, access, limits }: HandlerOptions,
  request: IncomingMessage,
  response: ServerResponse,
  target: { path: string; search: URLSearchParams },
): Promise<void> {
  const leave = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) leave.abort()
  })
  // A client that leaves while it sends is no error of ours.
  request.on('error', () => leave.abort())
  response.once('prefinish', () => response.setTimeout(limits.timeout, () => response.destroy())) // nobody reads it
  let headers: Record<string, string> = {}
  try {
    headers = allowOrigin(request.headers, access)
    if (request.method === 'OPTIONS') {
      response.writeHead(204, { ...headers, ...PREFLIGHT })
      response.end()
      return
    }
    if (!HEALTH.has(target.path)) checkToken(bearer(request.headers), access)
    const exchange = { request, response, ...target, model, limits, headers, signal: leave.signal }
    for (const answer of PROTOCOLS) if (await answer(exchange)) return
    throw new RequestError(
      404,
      request.method === 'POST' ? `Unknown command: ${shown(target.path.slice(1))}` : 'Not found',
    )
  } catch (error) {
    sendError(request, response, error, headers)
  }
}

export function shown(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

/** @throws RequestError 405 */
export function onlyBy(method: string, { request }: Exchange): void {
  const isRight = request.method === method || (method === 'GET' && request.method === 'HEAD')
  const allow = method === 'GET' ? 'GET, HEAD, OPTIONS' : `${method}, OPTIONS`
  if (!isRight) throw new RequestError(405, `Method not allowed: this is asked by ${method}`, undefined, allow)
}

export function reply({ response, headers }: Exchange, value: unknown): true {
  sendJson(response, 200, value, headers)
  return true
}
