import type { Request, Response } from 'express'
import type { NodeAPI } from 'node-red'
import { adminRoutes } from '../shared/admin-routes'
import type { ImagesNode } from './images'
import { clearUploads, keepUpload, listUploads } from './uploads'

/** What the edit dialog talks to: the uploads of a deployed node. */
export function addAdminRoutes(RED: NodeAPI): void {
  const routes = adminRoutes(RED)
  const read = 'daisychain-images.read'
  const write = 'daisychain-images.write'

  routes.get('/daisychain-images/:id/uploads', read, async (request, response) => {
    const node = find(request, response)
    if (node) response.json(await listUploads(node.uploads))
  })

  routes.post('/daisychain-images/:id/uploads', write, async (request, response) => {
    const node = find(request, response)
    if (!node) return
    const name = await keepUpload(node.uploads, String(request.query.name ?? ''), request)
    response.status(201).json({ name })
  })

  routes.delete('/daisychain-images/:id/uploads', write, async (request, response) => {
    const node = find(request, response)
    if (!node) return
    await clearUploads(node.uploads)
    response.sendStatus(204)
  })

  function find(request: Request, response: Response): ImagesNode | null {
    const node = RED.nodes.getNode(String(request.params.id)) as ImagesNode | null
    if (node?.type === 'daisychain-images') return node
    response.status(404).json({ message: 'Deploy the node first.' })
    return null
  }
}
