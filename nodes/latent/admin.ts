import type { NodeAPI } from 'node-red'
import { adminRoutes } from '../shared/admin-routes'
import { createImaginer, readWish } from './imagine'

/** What the edit dialog talks to. It needs the right to edit flows, for it makes the machine work. */
export function addAdminRoutes(RED: NodeAPI): void {
  const imaginer = createImaginer(RED)

  /** Pictures of points of latent space; a dialog that goes away, or wants others, ends the request. */
  adminRoutes(RED).post('/daisychain-latent/pictures', 'daisychain-latent.write', async (request, response) => {
    let isGone = false
    response.on('close', () => {
      isGone = true
    })
    response.json(await imaginer.imagine(readWish(request.body), () => isGone))
  })
}
