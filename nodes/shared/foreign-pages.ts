import type { NextFunction, Request, Response } from 'express'

/**
 * For a page from another server, a browser asks before it sends this, and is refused. It may send all other types
 * without asking.
 */
const ASKED_FIRST = /^(application\/(json|octet-stream)|(image|video)\/[\w.+-]+)$/

/**
 * Web pages of other servers change nothing here. If Node-RED requires no login, any page that someone opens could make
 * their browser send requests to it; without asking first, it can do so only in the simple forms that are refused here.
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
