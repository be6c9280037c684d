import type { Request, Response } from 'express'
import type { Node, NodeAPI } from 'node-red'
import { type Drawing, drawingOf, MAX_SIDE_PIXELS, readDrawing, storeDrawing } from '../../src/drawing'
import { resizeLabels } from '../../src/images'
import { type Segmentation, ValueError } from '../../src/types'
import { adminRoutes } from '../shared/admin-routes'

/** A running node, as the dialog's requests and its button see it. */
export interface PaintNode extends Node {
  /** Sends the deployed drawing, or one that is being drawn in the dialog. */
  paint(drawing?: Drawing): void
  /** The last label map received, on which users can draw. */
  arrived?: Segmentation
}

/** The routes for the node's button and edit dialog. */
export function addAdminRoutes(RED: NodeAPI): void {
  const routes = adminRoutes(RED)

  /** Sends the deployed drawing, or the one in the request's body, which isn't saved. */
  routes.post('/daisychain-paint/:id', 'daisychain-paint.write', (request, response) => {
    const node = find(request, response)
    if (!node) return
    const { map, labels, colors } = (request.body ?? {}) as Record<string, unknown>
    node.paint(map === undefined ? undefined : readDrawing({ map, labels, colors }))
    response.sendStatus(204)
  })

  /** The last label map received, scaled to `?width=&height=` and encoded like a node's drawing. */
  routes.get('/daisychain-paint/:id/arrived', 'daisychain-paint.read', async (request, response) => {
    const node = find(request, response)
    if (!node) return
    if (!node.arrived) return void response.sendStatus(204)
    const { width, height } = request.query
    const map = await resizeLabels(node.arrived, pixels(width), pixels(height))
    response.json(storeDrawing(drawingOf(map)))
  })

  function find(request: Request, response: Response): PaintNode | null {
    const node = RED.nodes.getNode(String(request.params.id)) as PaintNode | null
    if (node?.type === 'daisychain-paint') return node
    response.status(404).json({ message: 'Deploy the node first.' })
    return null
  }
}

function pixels(asked: unknown): number {
  const side = Number(asked)
  if (Number.isInteger(side) && side >= 1 && side <= MAX_SIDE_PIXELS) return side
  throw new ValueError(`a drawing cannot be ${asked} pixels wide or high: 1 to ${MAX_SIDE_PIXELS}`)
}
