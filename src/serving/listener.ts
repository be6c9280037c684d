import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { Duplex } from 'node:stream'
import type { Endpoint, Target } from './endpoint'
import { sendError } from './http/reply'
import { hostsOf } from './network-address'
import { RequestError } from './request-error'

/** Models by path. A request goes to the model with the longest matching path. */
export class Paths {
  private readonly endpoints = new Map<string, Endpoint>()

  /** @throws Error if another model has this path. @returns a function that removes it */
  add(path: string, endpoint: Endpoint): () => void {
    if (this.endpoints.has(path)) throw new Error(`another "serve in" node already has the path ${path || '/'}`)
    this.endpoints.set(path, endpoint)
    return () => {
      if (this.endpoints.get(path) === endpoint) this.endpoints.delete(path)
    }
  }

  get size(): number {
    return this.endpoints.size
  }

  find(url: string): { endpoint: Endpoint; target: Target } | null {
    const at = url.indexOf('?')
    // A base address that ends in a slash leads to double slashes.
    const full = (at < 0 ? url : url.slice(0, at)).replace(/\/{2,}/g, '/')
    const query = at < 0 ? '' : url.slice(at)
    let best: string | null = null
    for (const path of this.endpoints.keys()) {
      if ((full === path || full.startsWith(`${path}/`)) && path.length >= (best?.length ?? 0)) best = path
    }
    const endpoint = best === null ? undefined : this.endpoints.get(best)
    return endpoint && best !== null ? { endpoint, target: { path: full.slice(best.length) || '/', query } } : null
  }
}

/** `daisychain/bedrooms`, `/daisychain/bedrooms/` → `/daisychain/bedrooms`; `/` → ``. @throws Error */
export function normalPath(path: string): string {
  const normal = path
    .trim()
    .split('/')
    .filter((step) => step !== '')
    .map((step) => `/${step}`)
    .join('')
  if (!/^[\w./~-]*$/.test(normal) || /\/\.\.?(\/|$)/.test(normal)) {
    throw new Error(`the path "${path}" may only contain letters, digits, "-", "_", "." and "/"`)
  }
  return normal
}

interface OwnPort {
  paths: Paths
  /** The addresses by which other devices reach it. */
  addresses: string[]
  ready: Promise<void>
  close(): Promise<void>
}

/** Open ports by `host:port`. Several models may share one, each at its own path. */
const ports = new Map<string, OwnPort>()

type Handle = Endpoint['handle']

/** Handlers that every port of ours has in addition to its models, by path prefix. */
const everywhere = new Map<string, Handle>()

/** Handles a path on every port that is open now or later. */
export function serveEverywhere(path: string, handle: Handle): void {
  everywhere.set(path, handle)
}

/** The addresses by which other devices reach ports of this computer. */
export function reachableAddresses(): string[] {
  return [...ports.values()].flatMap(({ addresses }) => addresses)
}

interface Where {
  host: string
  port: number
  path: string
  /** For https. */
  certificate?: { key: Buffer; cert: Buffer } | null
}

/**
 * Opens a model on its own port.
 * @returns a function that removes it; the port closes with its last model
 * @throws Error whose message is a sentence
 */
export async function listen(
  { host, port, path, certificate = null }: Where,
  endpoint: Endpoint,
): Promise<() => Promise<void>> {
  const key = `${host}:${port}`
  const own = ports.get(key) ?? open(host, port, certificate)
  ports.set(key, own)
  const remove = own.paths.add(path, endpoint)
  const leave = async () => {
    remove()
    if (own.paths.size > 0) return
    if (ports.get(key) === own) ports.delete(key)
    await own.close()
  }
  try {
    await own.ready
  } catch (error) {
    await leave()
    throw error
  }
  return leave
}

function open(host: string, port: number, certificate: Where['certificate']): OwnPort {
  const paths = new Paths()
  // Node's own limits for slow clients, which only occupy a connection.
  const guards = { headersTimeout: 15_000, requestTimeout: 120_000 }
  const handle: RequestListener = (request, response) => answer(paths, request, response)
  const server = certificate ? createSecureServer({ ...guards, ...certificate }, handle) : createServer(guards, handle)
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!upgrade(paths, request.url ?? '/', request, socket, head)) socket.destroy()
  })
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
  })
  const ready = new Promise<void>((resolve, reject) => {
    server.on('error', (error: NodeJS.ErrnoException) => reject(new Error(whyClosed(error, host, port))))
    server.listen(port, host, resolve)
  })
  ready.catch(() => {})
  return {
    paths,
    addresses: hostsOf(host).map((name) => `${certificate ? 'https' : 'http'}://${name}:${port}`),
    ready,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function answer(paths: Paths, request: IncomingMessage, response: ServerResponse): void {
  const [path = '/', query] = (request.url ?? '/').split('?', 2)
  for (const [beginning, handle] of everywhere) {
    if (path !== beginning && !path.startsWith(`${beginning}/`)) continue
    handle(request, response, { path: path.slice(beginning.length) || '/', query: query ? `?${query}` : '' })
    return
  }
  const found = paths.find(request.url ?? '/')
  if (found) found.endpoint.handle(request, response, found.target)
  else sendError(request, response, new RequestError(404, 'Not found'))
}

/** Passes an upgrade request for a WebSocket to its model, if there is one. */
export function upgrade(paths: Paths, url: string, request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
  const found = paths.find(url)
  socket.on('error', () => socket.destroy())
  found?.endpoint.upgrade(request, socket, head, found.target)
  return found !== null
}

export function whyClosed({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === 'EADDRINUSE') return `port ${port} is already in use by another program`
  if (code === 'EACCES') return `port ${port} needs special rights: choose a port above 1023`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `${host} isn't an address of this computer`
  return `port ${port} cannot be opened (${message})`
}
