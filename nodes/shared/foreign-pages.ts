import type { NextFunction, Request, Response } from 'express'
import type { NodeAPI } from 'node-red'

const guarded = new WeakSet<object>()

/**
 * Web pages of other servers change nothing here. Where Node-RED asks for no login, any page that somebody looks at could
 * make their browser send requests to it; it can do so without asking first only in the plain forms that are refused here.
 * To be called before admin routes are added.
 */
export function refuseForeignPages({ httpAdmin }: Pick<NodeAPI, 'httpAdmin'>): void {
  if (!httpAdmin || guarded.has(httpAdmin)) return
  guarded.add(httpAdmin)
  httpAdmin.use((request: Request, response: Response, next: NextFunction) => {
    const isOurs = request.path.startsWith('/daisychain')
    if (!isOurs || !isForeign(request)) return next()
    response.status(403).json({ message: 'A web page of another server may not ask for this.' })
  })
}

/** Exported for its test. */
export function isForeign({ method, headers }: Pick<Request, 'method' | 'headers'>): boolean {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return false
  // A browser asks before it sends these for a page of another server, and is told no.
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  const isPlain = ['', 'text/plain', 'multipart/form-data', 'application/x-www-form-urlencoded'].includes(type)
  if (!isPlain || headers['x-requested-with'] || headers.authorization) return false
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
