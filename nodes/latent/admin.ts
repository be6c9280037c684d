import type { NodeAPI } from 'node-red'
import { adminRoutes } from '../shared/admin-routes'
import { createImaginer, readWish } from './imagine'

/** The edit dialog's endpoint. It needs permission to edit flows, because it uses the machine. */
export function addAdminRoutes(RED: NodeAPI): void {
  const imaginer = createImaginer(RED)

  /** Pictures of points of latent space; a dialog that closes, or wants others, ends the request. */
  adminRoutes(RED).post('/daisychain-latent/pictures', 'daisychain-latent.write', async (request, response) => {
    let isGone = false
    response.on('close', () => {
      isGone = true
    })
    response.json(await imaginer.imagine(readWish(request.body), () => isGone))
  })
}
