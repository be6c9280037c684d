import type { Request, RequestHandler, Response } from 'express'
import type { NodeAPI } from 'node-red'
import { CompileError } from '../../src/compile/compile-error'
import { EngineError } from '../../src/engine'
import { InspectError } from '../../src/inspect'
import { ValueError } from '../../src/types'
import { refuseForeignPages } from './foreign-pages'
import { asSentence } from './sentence'

/** Answers a request. What it throws or rejects with becomes the response's sentence. */
type Answer = (request: Request, response: Response) => unknown

/** @param permission the user's permission that the route requires; null: no login */
type AddRoute = (path: string, permission: string | null, answer: Answer) => void

export type AdminRoutes = Record<'get' | 'post' | 'delete', AddRoute>

/** The parts of Node-RED's API used here. `httpAdmin` is missing if the admin app is switched off. */
export interface Admin {
  httpAdmin?: Record<'get' | 'post' | 'delete', (path: string, ...handlers: RequestHandler[]) => unknown>
  auth: { needsPermission(permission: string): RequestHandler }
  log: Pick<NodeAPI['log'], 'error'>
}

/**
 * The only way in which this package adds routes to Node-RED's admin API. Each route includes its own guard: Express
 * ignores case and a trailing slash, so a guard that compares paths itself could be bypassed.
 *
 * @param first runs before everything else
 */
export function adminRoutes({ httpAdmin, auth, log }: Admin, first?: RequestHandler): AdminRoutes {
  const add =
    (method: keyof AdminRoutes): AddRoute =>
    (path, permission, answer) =>
      httpAdmin?.[method](
        path,
        ...(first ? [first] : []),
        refuseForeignPages,
        ...(permission === null ? [] : [auth.needsPermission(permission)]),
        heard(answer, log),
      )
  return { get: add('get'), post: add('post'), delete: add('delete') }
}

/** Catches rejections of async answers: an unhandled one would end Node-RED. */
function heard(answer: Answer, log: Admin['log']): RequestHandler {
  return async (request, response) => {
    // A client that disconnects while sending or reading ends only its own request.
    request.on('error', () => {})
    response.on('error', () => {})
    try {
      await answer(request, response)
    } catch (error) {
      const hasLeft = request.destroyed && !request.complete
      const isSaid = isSentence(error)
      if (!hasLeft && !isSaid) log.error(`[daisychain] ${(error as Error)?.stack ?? error}`)
      if (response.headersSent) response.destroy()
      else response.status(isSaid ? 400 : 500).json({ message: isSaid ? asSentence(error).message : UNEXPECTED })
    }
  }
}

const UNEXPECTED = "Something went wrong that shouldn't: see Node-RED's log."

function isSentence(error: unknown): boolean {
  return [ValueError, InspectError, EngineError, CompileError].some((kind) => error instanceof kind)
}
