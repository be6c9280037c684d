import type { NodeAPI } from 'node-red'

/** A node that can be started and stopped. */
interface Controlled {
  type: string
  /** @throws an error whose message is a sentence, for what it cannot do */
  control?(asked: string): void
}

/** What the buttons on the canvas and in the dialogs press: the same as `msg.control`. */
export function serveControl({ httpAdmin, auth }: Pick<NodeAPI, 'httpAdmin' | 'auth'>, find: (id: string) => unknown) {
  httpAdmin.post('/daisychain/control/:id/:control', auth.needsPermission('daisychain.write'), (request, response) => {
    const node = find(String(request.params.id)) as Controlled | null
    if (!node?.type.startsWith('daisychain-') || typeof node.control !== 'function') {
      return void response.status(404).json({ message: 'Deploy the node first.' })
    }
    try {
      node.control(String(request.params.control))
      response.sendStatus(204)
    } catch (error) {
      response.status(400).json({ message: (error as Error).message })
    }
  })
}
