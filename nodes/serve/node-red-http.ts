import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { NodeAPI } from 'node-red'
import { type Endpoint, Paths, upgrade } from '../../src/network'

/** The models under Node-RED's own HTTP, by its app: what is mounted once stays, and answers for whoever is there. */
const mounted = new WeakMap<object, Paths>()
const prepared = new WeakSet<object>()

/**
 * Puts a model under Node-RED's own HTTP root.
 *
 * @returns what takes it away
 * @throws Error whose message is a sentence
 */
export function mount(RED: NodeAPI, path: string, endpoint: Endpoint): () => void {
  const { httpNode, settings, server } = RED
  if (!httpNode || settings.httpNodeRoot === false) {
    throw new Error('Node-RED serves no HTTP here (httpNodeRoot is false): choose a port of its own')
  }
  let paths = mounted.get(httpNode)
  if (!paths) {
    paths = new Paths()
    mounted.set(httpNode, paths)
    const found = paths
    httpNode.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
      const match = found.find(request.url ?? '/')
      if (match) match.endpoint.handle(request, response, match.target)
      else next()
    })
  }
  if (server && !prepared.has(server)) {
    prepared.add(server)
    prepare(server, paths, rootOf(settings.httpNodeRoot))
  }
  return paths.add(path, endpoint)
}

/** What has to be done before Node-RED's own apps see a request. */
function prepare(server: Server, paths: Paths, root: string): void {
  const isOurs = (url: string) => url.startsWith(`${root}/`) && paths.find(url.slice(root.length)) !== null
  // The admin app reads every body of a type that it knows, in its own way, before the request comes to us.
  server.prependListener('request', (request: IncomingMessage) => {
    if (isOurs(request.url ?? '/')) request.headers['content-type'] = 'application/octet-stream'
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const url = request.url ?? '/'
    if (isOurs(url)) upgrade(paths, url.slice(root.length), request, socket, head) // else it is another's
  })
}

/** `/` → ``, `red/` → `/red`. */
export function rootOf(root: unknown): string {
  const trimmed = typeof root === 'string' ? root.replace(/^\/+|\/+$/g, '') : ''
  return trimmed === '' ? '' : `/${trimmed}`
}
