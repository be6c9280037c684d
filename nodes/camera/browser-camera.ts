import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { NodeAPI } from 'node-red'
import { adminRoutes } from '../shared/admin-routes'
import { listCameras } from './device'
import { cameraPage, LANGUAGES } from './page'

export interface CameraNode {
  type: string
  /** Takes an encoded picture from the camera page. */
  takeFrame(bytes: Buffer): void
  /** What the page shall do. */
  readonly page: { rate: number; width: number; height: number; name: string }
}

/** The largest picture that the page may send, in bytes. */
const MAX_PICTURE_BYTES = 20 * 2 ** 20

/** Node id → the key that its page shows. It outlives a deploy, so that an open page goes on. */
const keys = new Map<string, string>()

/**
 * Serves the page that sends a browser's camera to a node. The page itself holds no secret, and needs no login, as it may be
 * open on a phone; who wants to send pictures needs the key, which only users of the editor get.
 */
export function addCameraRoutes(RED: NodeAPI): void {
  const routes = adminRoutes(RED)
  const find = (id: unknown) => {
    const node = RED.nodes.getNode(String(id)) as unknown as CameraNode | null
    return node?.type === 'daisychain-camera' ? node : null
  }

  routes.get('/daisychain-camera/devices', 'daisychain-camera.read', async (_request, response) => {
    response.json(await listCameras())
  })

  routes.post('/daisychain-camera/:id/key', 'daisychain-camera.write', (request, response) => {
    const id = String(request.params.id)
    if (!find(id)) return void response.status(404).json({ message: 'Deploy the node first.' })
    if (!keys.has(id)) keys.set(id, randomBytes(16).toString('hex'))
    response.json({ key: keys.get(id) })
  })

  routes.get('/daisychain-camera/:id/page', null, (request, response) => {
    const language = request.acceptsLanguages(Object.keys(LANGUAGES)) || 'en'
    response
      .type('html')
      .vary('accept-language')
      .send(cameraPage(language as keyof typeof LANGUAGES))
  })

  routes.get('/daisychain-camera/:id/settings', null, (request, response) => {
    const node = find(request.params.id)
    if (!node || !isKey(request.params.id, request.headers['x-daisychain-key'])) return void response.sendStatus(403)
    response.json(node.page)
  })

  routes.post('/daisychain-camera/:id/frame', null, async (request, response) => {
    const node = find(request.params.id)
    if (!node || !isKey(request.params.id, request.headers['x-daisychain-key'])) return void response.sendStatus(403)
    const bytes = await readBody(request)
    if (!bytes) return void response.sendStatus(413)
    node.takeFrame(bytes)
    response.json(node.page)
  })
}

function isKey(id: unknown, given: unknown): boolean {
  const key = Buffer.from(keys.get(String(id)) ?? '')
  const other = Buffer.from(typeof given === 'string' ? given : '')
  return key.length > 0 && key.length === other.length && timingSafeEqual(key, other)
}

async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    if (length > MAX_PICTURE_BYTES) return null
    parts.push(part)
  }
  return length > 0 ? Buffer.concat(parts) : null
}
