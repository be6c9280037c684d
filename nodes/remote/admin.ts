import type { Node, NodeAPI } from 'node-red'
import { discover } from '../../src/network'
import { describeType } from '../../src/types'
import { adminRoutes } from '../shared/admin-routes'
import { languageOf } from '../shared/language'
import { isKind, portsOf } from './settings'

/** What Node-RED's editor sends instead of a secret that was not changed. */
const UNCHANGED = '__PWRD__'

/** The button of the dialog: asks a server what goes in and what comes out. */
export function serveAdmin(RED: NodeAPI): void {
  adminRoutes(RED).post('/daisychain-remote/ask', 'daisychain-remote.write', async (request, response) => {
    const { id, url, kind, token } = (request.body ?? {}) as Record<string, unknown>
    const node = RED.nodes.getNode(String(id)) as (Node<{ token?: string }> & { type: string }) | null
    const stored = node?.type === 'daisychain-remote' ? node.credentials?.token : undefined
    const found = await discover(String(url ?? ''), isKind(kind) ? kind : null, {
      token: (token === UNCHANGED ? stored : typeof token === 'string' ? token.trim() : '') ?? '',
      timeout: 15_000,
    })
    const inWords = ({ name, type }: { name: string; type: Parameters<typeof describeType>[0] }) =>
      `${name}: ${describeType(type, languageOf(request))}`
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
