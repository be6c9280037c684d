import type { Node, NodeAPI } from 'node-red'
import { discover, RemoteError } from '../../src/serving/index'
import { nameType, type PortType, ValueError } from '../../src/types'
import { adminRoutes } from '../shared/admin-routes'
import { languageOf } from '../shared/language'
import { notFor, type Secrets, storedToken } from '../shared/token-for'
import { isKind, portsOf } from './settings'

/** Sent by Node-RED's editor in place of an unchanged secret. */
const UNCHANGED = '__PWRD__'

/** The route of the dialog's button, which asks a server for its inputs and outputs. */
export function addAdminRoutes(RED: NodeAPI): void {
  adminRoutes(RED).post('/daisychain-remote/ask', 'daisychain-remote.write', async (request, response) => {
    const { id, url, kind, token } = (request.body ?? {}) as Record<string, unknown>
    const address = String(url ?? '')
    const node = RED.nodes.getNode(String(id)) as (Node<Secrets> & { type: string }) | null
    const secrets = node?.type === 'daisychain-remote' ? node.credentials : undefined
    const stored = token === UNCHANGED ? storedToken(secrets, address) : ''
    const typed = token !== UNCHANGED && typeof token === 'string' ? token.trim() : ''
    const found = await discover(address, isKind(kind) ? kind : null, {
      token: stored || typed,
      timeout: 15_000,
    }).catch((error: Error) => {
      const isRefused = error instanceof RemoteError && (error.status === 401 || error.status === 403)
      throw isRefused && stored === null ? new ValueError(notFor(secrets, address)) : error
    })
    const inWords = ({ name, type }: { name: string; type: PortType }) =>
      `${name}: ${nameType(type, languageOf(request))}`
    response.json({
      kind: found.kind,
      url: found.url,
      models: found.models.map((model) => ({
        name: model.name,
        description: model.description,
        ports: portsOf(model),
        words: { inputs: model.inputs.map(inWords), outputs: model.outputs.map(inWords) },
      })),
    })
  })
}
