import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerInference } from '../open-inference/routes'
import { answerPage } from '../page/routes'
import type { Page } from '../page/visit'
import type { PublishedModel } from '../published'
import { RequestError } from '../request-error'
import { type Access, allowOrigin, bearer, checkToken, preflight } from './access'
import type { BodyLimits } from './body'
import { answerDaemon } from './daemon-routes'
import { type Protocol, shown } from './exchange'
import { sendError } from './reply'
import { answerRunway } from './runway-routes'

const PROTOCOLS: readonly Protocol[] = [answerInference, answerDaemon, answerRunway]

/** Paths requested by monitoring tools, which have no token. They only show that the server is running. */
const HEALTH: ReadonlySet<string> = new Set(['/healthcheck', '/v1/healthcheck', '/v2/health/live', '/v2/health/ready'])

export interface HandlerOptions {
  model: PublishedModel
  access: Access
  limits: BodyLimits
  /** The page for people, if there is one. */
  page?: Page
}

/** Handles a request below a model's path. Never throws: any error becomes a status and a sentence. */
export async function handle(
  { model, access, limits, page }: HandlerOptions,
  request: IncomingMessage,
  response: ServerResponse,
  target: { path: string; search: URLSearchParams },
): Promise<void> {
  const leave = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) leave.abort()
  })
  // A client that leaves while sending isn't an error of ours.
  request.on('error', () => leave.abort())
  response.once('prefinish', () => response.setTimeout(limits.timeout, () => response.destroy())) // nobody reads it
  let headers: Record<string, string> = {}
  try {
    headers = allowOrigin(request.headers, access)
    if (request.method === 'OPTIONS') {
      response.writeHead(204, { ...headers, ...preflight(request.headers) })
      response.end()
      return
    }
    const exchange = { request, response, ...target, model, limits, headers, signal: leave.signal }
    if (page && (await answerPage(exchange, page))) return
    if (!HEALTH.has(target.path)) checkToken(bearer(request.headers), access)
    for (const answer of PROTOCOLS) if (await answer(exchange)) return
    throw new RequestError(
      404,
      request.method === 'POST' ? `Unknown command: ${shown(target.path.slice(1))}` : 'Not found',
    )
  } catch (error) {
    sendError(request, response, error, headers)
  }
}
