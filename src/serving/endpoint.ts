import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { allowOrigin, bearer, checkToken } from './http/access'
import { type HandlerOptions, handle } from './http/handler'
import { isForEvents, serveEvents, withPath } from './live/events'
import { serveJobs } from './live/jobs'
import { takesTurns } from './live/takes-turns'
import { History } from './page/history'
import { createLastFrame } from './page/last-frame'
import type { PageOptions } from './page/look'
import { Show } from './page/show-stream'
import { Visitors } from './page/visitors'
import { asRequestError } from './request-error'

/** A model's complete HTTP interface: plain requests, WebSocket jobs at its own path, and Socket.IO. */
export interface Endpoint {
  handle(request: IncomingMessage, response: ServerResponse, target: Target): void
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, target: Target): void
  close(): Promise<void>
}

/** The request below the model's own path, such as `/query` and `?links=1`. */
export interface Target {
  path: string
  query: string
}

const HEARTBEAT = 30_000

export interface EndpointOptions extends Omit<HandlerOptions, 'page'> {
  /**
   * Whether WebSocket connections are refused: a password is required that only plain requests can contain.
   */
  refuseSockets?: boolean
  /** The settings of the page for people. Without them there is no page. */
  look?: PageOptions
}

export function createEndpoint(given: EndpointOptions): Endpoint {
  const { model, access, look } = given
  const limits = { ...given.limits, arriving: { bytes: 0 } }
  const page = look && {
    options: look,
    visitors: new Visitors({ secret: look.secret, token: access.token, rate: look.rate }),
    access,
    show: new Show(model, createLastFrame(look.folder, look.lost)),
    history: new History({ count: look.keep, folder: look.folder, lost: look.lost }),
  }
  const options = { ...given, limits, page }
  const sockets = new (takesTurns())({ noServer: true, maxPayload: limits.limit, perMessageDeflate: false })
  const events = serveEvents(model, { access, limit: limits.limit })
  const alive = new WeakSet<object>()
  // Clients that disappear without closing release their places.
  const heartbeat = setInterval(() => {
    for (const client of sockets.clients) {
      if (!alive.delete(client)) client.terminate()
      else client.ping()
    }
  }, HEARTBEAT).unref()

  return {
    handle(request, response, { path, query }) {
      if (isForEvents(path)) events.server.emit('request', withPath(request, path, query), response)
      else void handle(options, request, response, { path, search: new URLSearchParams(query) })
    },
    upgrade(request, socket, head, { path, query }) {
      if (options.refuseSockets) return refuse(socket, 401)
      if (isForEvents(path)) return void events.server.emit('upgrade', withPath(request, path, query), socket, head)
      try {
        allowOrigin(request.headers, access)
        checkToken(bearer(request.headers) ?? new URLSearchParams(query).get('token') ?? undefined, access)
      } catch (error) {
        return refuse(socket, asRequestError(error).status)
      }
      if (path !== '/') return refuse(socket, 404)
      sockets.handleUpgrade(request, socket, head, (client) => {
        alive.add(client)
        client.on('pong', () => alive.add(client))
        serveJobs(client, model)
      })
    },
    async close() {
      clearInterval(heartbeat)
      const shown = page?.show.close()
      for (const client of sockets.clients) client.close(1001)
      sockets.close()
      await events.close()
      // The next deploy reads what is being written now.
      await page?.history.settled()
      await shown
    },
  }
}

function refuse(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
