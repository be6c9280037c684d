import type { NodeDeclaration } from '../flow'
import { loadUserNodes } from '../models/user-nodes'
import { declarationOf } from './of-manifest'

/** What the nodes accept and output that a user's manifests make, by the folder of the flow file. */
export function declaredByManifests(userDir: string, taken: Iterable<string>): Record<string, NodeDeclaration> {
  const { models } = loadUserNodes(userDir, taken)
  return Object.fromEntries(models.map((model) => [model.node, declarationOf(model)]))
}
