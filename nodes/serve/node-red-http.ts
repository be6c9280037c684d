import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { NodeAPI } from 'node-red'
import { type Endpoint, Paths, upgrade } from '../../src/network'

/** The models under Node-RED's own HTTP, by its app: what is mounted once stays, and answers for whoever is there. */
const mounted = new WeakMap<object, Paths>()
const upgrading = new WeakSet<object>()

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
  if (server && !upgrading.has(server)) {
    upgrading.add(server)
    const root = rootOf(settings.httpNodeRoot)
    const found = paths
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const url = request.url ?? '/'
      if (!url.startsWith(`${root}/`) || !found.find(url.slice(root.length))) return // another's
      upgrade(found, url.slice(root.length), request, socket, head)
    })
  }
  return paths.add(path, endpoint)
}

/** `/` → ``, `red/` → `/red`. */
export function rootOf(root: unknown): string {
  const trimmed = typeof root === 'string' ? root.replace(/^\/+|\/+$/g, '') : ''
  return trimmed === '' ? '' : `/${trimmed}`
}
