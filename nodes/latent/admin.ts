import type { NodeAPI } from 'node-red'
import { adminRoutes } from '../shared/admin-routes'
import { createImaginer, readWish } from './imagine'

/**
 * The edit dialog's route. It requires permission to edit flows, because it uses the computer's processor.
 */
export function addAdminRoutes(RED: NodeAPI): void {
  const imaginer = createImaginer(RED)

  /** Makes pictures of latent points. A dialog that closes, or needs other pictures, aborts the request. */
  adminRoutes(RED).post('/daisychain-latent/pictures', 'daisychain-latent.write', async (request, response) => {
    let isGone = false
    response.on('close', () => {
      isGone = true
    })
    response.json(await imaginer.imagine(readWish(request.body), () => isGone))
  })
}
