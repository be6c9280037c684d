import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { RequestError } from '../request-error'

/** Who may ask. */
export interface Access {
  /** Required as `Authorization: Bearer …`. If empty, everyone has access. */
  token: string
  /** The origins of other web pages that may send requests, such as `https://example.com`; `*` means all. */
  origins: readonly string[]
  /**
   * Whether only programs on this computer can connect. Then requests must use an IP address or `localhost`:
   * otherwise a web page could point its own host name at this computer (DNS rebinding) and would have the
   * same origin as this server.
   */
  isLocal?: boolean
  /**
   * Whether browsers may have a login for this address. Then only listed pages may use it, even if pages from
   * anywhere are allowed.
   */
  isGuarded?: boolean
}

/**
 * Checks whether a web page from another origin may send the request. Browsers state the origin; other
 * clients send none. Without this check, any page that a user opens could access a server on their own
 * computer.
 * @returns headers that let the page read the response
 * @throws RequestError 403
 */
export function allowOrigin(headers: IncomingHttpHeaders, access: Access): Record<string, string> {
  const { origin, host } = headers
  const { origins } = access
  const isOpen = origins.includes('*')
  if (!isOpen && !isOwnName(host, access)) {
    throw new RequestError(
      403,
      'Use localhost or 127.0.0.1 as this computer\'s address; any other name must be listed under "Allowed origins" in the "serve in" node',
    )
  }
  if (origin === undefined) return {}
  if (isOpen || origins.includes(origin)) {
    // Some libraries, such as Socket.IO's before 2021, always send credentials, and then browsers refuse "*".
    return {
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Expose-Headers': 'Retry-After, Inference-Header-Content-Length',
      Vary: 'Origin',
      ...(takesCredentials(access, origin) && { 'Access-Control-Allow-Credentials': 'true' }),
    }
  }
  if (hostOf(origin) === host) return {}
  throw new RequestError(
    403,
    'This web page is not allowed: add its address to "Allowed origins" in the "serve in" node',
  )
}

/**
 * Whether the request's host name is acceptable. With a token anything is, because a foreign page doesn't
 * know the token.
 */
function isOwnName(host: string | undefined, { isLocal, token, origins }: Access): boolean {
  if (!isLocal || token !== '' || host === undefined) return true
  const name = host.replace(/:\d*$/, '').toLowerCase()
  if (name.startsWith('[') || /^[\d.]+$/.test(name) || name === 'localhost' || name.endsWith('.localhost')) return true
  return origins.some((origin) => hostOf(origin) === host)
}

/** Whether a page with this allowed origin may send the browser's login for this server. */
export function takesCredentials({ origins, isGuarded }: Access, origin: string): boolean {
  return !isGuarded || origins.includes(origin)
}

const USUAL_HEADERS =
  'Content-Type, Content-Encoding, Authorization, X-Runway-Output-Format, Inference-Header-Content-Length'

/** The response to a preflight request. An allowed page may send any headers that its library adds. */
export function preflight(headers: IncomingHttpHeaders): Record<string, string> {
  const asked = headers['access-control-request-headers']
  const isPlain = asked !== undefined && /^[\w!#$%&'*+.^`|~, -]{1,2000}$/.test(asked)
  return {
    'Access-Control-Allow-Methods': 'GET, HEAD, POST, DELETE, OPTIONS',
    'Access-Control-Allow-Headers': isPlain ? asked : USUAL_HEADERS,
    'Access-Control-Allow-Private-Network': 'true',
    'Access-Control-Max-Age': '600',
  }
}

/** @throws RequestError 401 */
export function checkToken(given: string | undefined, { token }: Access): void {
  if (token === '') return
  if (given === undefined || !timingSafeEqual(digest(given), digest(token))) {
    throw new RequestError(401, 'This model needs a token: send it as "Authorization: Bearer TOKEN"')
  }
}

/** The token in an `Authorization: Bearer …` header. */
export function bearer({ authorization }: IncomingHttpHeaders): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1]
}

/** A hash, so that comparing takes the same time whatever the secret's length. */
function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

function hostOf(origin: string): string | null {
  try {
    return new URL(origin).host
  } catch {
    return null
  }
}
