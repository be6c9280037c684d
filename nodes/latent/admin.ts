import type { NodeAPI } from 'node-red'
import { EngineError } from '../../src/engine'
import { ValueError } from '../../src/types'
import { refuseForeignPages } from '../shared/foreign-pages'
import { createImaginer, readWish } from './imagine'

/** What the edit dialog talks to. It needs the right to edit flows, for it makes the machine work. */
export function serveAdmin(RED: NodeAPI): void {
  refuseForeignPages(RED)
  const imaginer = createImaginer(RED)

  /** Pictures of points of latent space; a dialog that goes away, or wants others, ends the request. */
  RED.httpAdmin.post(
    '/daisychain-latent/pictures',
    RED.auth.needsPermission('daisychain-latent.write'),
    async (request, response) => {
      let isGone = false
      response.on('close', () => {
        isGone = true
      })
      try {
        response.json(await imaginer.imagine(readWish(request.body), () => isGone))
      } catch (error) {
        const isSaid = error instanceof ValueError || error instanceof EngineError
        if (!isSaid) RED.log.error(`Daisychain: ${(error as Error).stack}`)
        response.status(isSaid ? 400 : 500).json({ message: (error as Error).message })
      }
    },
  )
}
