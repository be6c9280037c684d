import type { Request } from 'express'
import type { NodeAPI } from 'node-red'
import { adminRoutes } from '../shared/admin-routes'
import { uploadsFolder } from '../shared/write-upload'
import { clearUploads, keepUpload, listUploads } from './uploads'

/** The editor's routes for a node's uploads. The node needn't be deployed. */
export function addAdminRoutes(RED: NodeAPI): void {
  const folderOf = ({ params }: Request) => uploadsFolder(RED.settings.userDir ?? '.', String(params.id))
  const routes = adminRoutes(RED)
  const read = 'daisychain-images.read'
  const write = 'daisychain-images.write'

  routes.get('/daisychain-images/:id/uploads', read, async (request, response) => {
    response.json(await listUploads(folderOf(request)))
  })

  routes.post('/daisychain-images/:id/uploads', write, async (request, response) => {
    const name = await keepUpload(folderOf(request), String(request.query.name ?? ''), request)
    response.status(201).json({ name })
  })

  routes.delete('/daisychain-images/:id/uploads', write, async (request, response) => {
    await clearUploads(folderOf(request))
    response.sendStatus(204)
  })
}
