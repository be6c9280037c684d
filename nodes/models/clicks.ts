import type { NodeAPI, NodeMessage } from 'node-red'
import type { AdminRoutes } from '../shared/admin-routes'

/** Node id → its last message with a picture, which each click in the large view runs again. */
const last = new Map<string, NodeMessage>()
/** How many messages are kept; the oldest are discarded. */
const KEPT = 20

/**
 * Keeps the message that clicks in the large view belong to.
 * @returns what to add to the result shown there
 */
export function keepForClicks(id: string, msg: NodeMessage): { clicks: true } {
  last.delete(id)
  last.set(id, msg)
  for (const oldest of last.keys()) if (last.size > KEPT) last.delete(oldest)
  return { clicks: true }
}

export function forgetForClicks(id: string): void {
  last.delete(id)
}

/** Lets the large view of a picture report clicks. */
export function addClickRoute(RED: NodeAPI, routes: AdminRoutes): void {
  routes.post('/daisychain-models/clicks/:node', 'daisychain-models.write', (request, response) => {
    const id = String(request.params.node)
    const msg = last.get(id)
    const node = RED.nodes.getNode(id)
    if (!msg || !node)
      return void response.status(404).json({ message: 'The picture is no longer available: run the node again.' })
    const { points, box } = (request.body ?? {}) as { points?: unknown; box?: unknown }
    node.receive({ ...msg, _msgid: RED.util.generateId(), points, box } as NodeMessage)
    response.sendStatus(202)
  })
}
