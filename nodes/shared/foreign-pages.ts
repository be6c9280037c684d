import type { NextFunction, Request, Response } from 'express'

/**
 * Before a page from another server may send these types, browsers ask the server's permission, and are
 * refused. All other types may be sent without asking.
 */
const ASKED_FIRST = /^(application\/(json|octet-stream)|(image|video)\/[\w.+-]+)$/

/**
 * Stops web pages of other servers from changing anything here. If Node-RED requires no login, any page that
 * a user opens could make the browser send requests to it. The kinds that browsers send without asking
 * permission are refused here.
 */
export function refuseForeignPages(request: Request, response: Response, next: NextFunction): void {
  if (!isForeign(request)) next()
  else response.status(403).json({ message: 'Web pages from another server may not request this.' })
}

/** Exported for its test. */
export function isForeign({ method, headers }: Pick<Request, 'method' | 'headers'>): boolean {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return false
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  if (ASKED_FIRST.test(type) || headers['x-requested-with'] || headers.authorization) return false
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'cross-site' || site === 'same-site'
  return headers.origin !== undefined && hostOf(headers.origin) !== headers.host
}

function hostOf(origin: string): string | null {
  try {
    return new URL(origin).host
  } catch {
    return null
  }
}
