import type { NodeDeclaration } from '../flow'
import { loadUserNodes } from '../models/user-nodes'
import { declarationOf } from './of-manifest'

/** The declarations of nodes made from a user's manifests, by the folder of the flow file. */
export function declaredByManifests(userDir: string, taken: Iterable<string>): Record<string, NodeDeclaration> {
  const { models } = loadUserNodes(userDir, taken)
  return Object.fromEntries(models.map((model) => [model.node, declarationOf(model)]))
}
