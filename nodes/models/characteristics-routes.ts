import type { NodeAPI } from 'node-red'
import { characteristics, type Model } from '../../src/models'
import { adminRoutes } from '../shared/admin-routes'
import { languageOf } from '../shared/language'
import type { ModelNode } from './model-node'

/**
 * Facts about a model for its nodes' dialogs, by node type and id. For deployed nodes, also about their last
 * run.
 */
export function addCharacteristicsRoutes(RED: NodeAPI, models: ReadonlyMap<string, Model>): void {
  adminRoutes(RED).get('/daisychain/characteristics/:type/:id', 'daisychain.read', (request, response) => {
    const { type, id } = request.params as Record<string, string>
    const found = RED.nodes.getNode(String(id)) as ModelNode | null
    const node = found?.type === type ? found : undefined
    const model = node?.model ?? models.get(String(type))
    if (!model) return void response.status(404).json({ message: 'There is no such model.' })
    response.json(characteristics(model, node?.lastRun, languageOf(request)))
  })
}
