import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { NodeAPI } from 'node-red'
import { type Endpoint, Paths, upgrade } from '../../src/serving/index'

/**
 * The models under Node-RED's own HTTP root, by app. A handler can't be unmounted, so it looks up the current
 * models.
 */
const mounted = new WeakMap<object, Paths>()
const prepared = new WeakSet<object>()

/**
 * Puts a model under Node-RED's own HTTP root.
 *
 * @returns a function that removes it
 * @throws Error whose message is a sentence
 */
export function mount(RED: NodeAPI, path: string, endpoint: Endpoint): () => void {
  const { httpNode, settings, server } = RED
  if (!httpNode || settings.httpNodeRoot === false) {
    throw new Error("Node-RED's own web server is off (httpNodeRoot is false): choose a separate port")
  }
  let paths = mounted.get(httpNode)
  if (!paths) {
    paths = new Paths()
    mounted.set(httpNode, paths)
    const found = paths
    const guards = middlewareOf(settings)
    httpNode.use((request: IncomingMessage, response: ServerResponse, next: Next) => {
      const match = found.find(request.url ?? '/')
      if (!match) return next()
      // As for Node-RED's own "http in" nodes: this middleware may require a password.
      passThrough(guards, request, response, (error) => {
        if (error) next(error)
        else match.endpoint.handle(request, response, match.target)
      })
    })
  }
  if (server && !prepared.has(server)) {
    prepared.add(server)
    prepare(server, paths, rootOf(settings.httpNodeRoot))
  }
  return paths.add(path, endpoint)
}

type Next = (error?: unknown) => void
type Middleware = (request: IncomingMessage, response: ServerResponse, next: Next) => void

/** Whether Node-RED's settings guard plain requests in a way that WebSocket connections bypass. */
export function isGuarded(settings: object): boolean {
  return Boolean((settings as { httpNodeAuth?: unknown }).httpNodeAuth) || middlewareOf(settings).length > 0
}

function middlewareOf(settings: object): Middleware[] {
  const { httpNodeMiddleware } = settings as { httpNodeMiddleware?: unknown }
  return [httpNodeMiddleware].flat().filter((one): one is Middleware => typeof one === 'function')
}

function passThrough(
  [first, ...rest]: Middleware[],
  request: IncomingMessage,
  response: ServerResponse,
  done: Next,
): void {
  if (first) first(request, response, (error) => (error ? done(error) : passThrough(rest, request, response, done)))
  else done()
}

/** Installs listeners that run before Node-RED's own apps. */
function prepare(server: Server, paths: Paths, root: string): void {
  const isOurs = (url: string) => url.startsWith(`${root}/`) && paths.find(url.slice(root.length)) !== null
  // The admin app would parse every body of a type that it knows, before the request gets here.
  server.prependListener('request', (request: IncomingMessage) => {
    if (isOurs(request.url ?? '/')) request.headers['content-type'] = 'application/octet-stream'
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const url = request.url ?? '/'
    if (isOurs(url)) upgrade(paths, url.slice(root.length), request, socket, head) // not ours: left to the other listeners
  })
}

/** `/` → ``, `red/` → `/red`. */
export function rootOf(root: unknown): string {
  const trimmed = typeof root === 'string' ? root.replace(/^\/+|\/+$/g, '') : ''
  return trimmed === '' ? '' : `/${trimmed}`
}
