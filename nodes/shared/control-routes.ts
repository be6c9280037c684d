import type { AdminRoutes } from './admin-routes'

/** A node that can be started and stopped. */
interface Controlled {
  type: string
  /** @throws an error whose message is a sentence, for actions that it cannot do */
  control(asked: string): void
}

/** The endpoint for buttons on the canvas and in dialogs: the same as `msg.control`. */
export function addControlRoutes(routes: AdminRoutes, find: (id: string) => unknown): void {
  routes.post('/daisychain/control/:id/:control', 'daisychain.write', (request, response) => {
    const node = find(String(request.params.id))
    if (!isControlled(node)) return void response.status(404).json({ message: 'Deploy the node first.' })
    node.control(String(request.params.control))
    response.sendStatus(204)
  })
}

/** Node-RED looks nodes up in a plain object: `__proto__` finds something that isn't a node. */
function isControlled(node: unknown): node is Controlled {
  const { type, control } = (node ?? {}) as Partial<Controlled>
  return typeof type === 'string' && type.startsWith('daisychain-') && typeof control === 'function'
}
