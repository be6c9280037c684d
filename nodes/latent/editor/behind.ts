import { current } from '../../../src/editor/checks/checks'
import { receiversBehind } from '../../../src/flow'
import { type Space, spaceOf } from '../../../src/latent'

/**
 * The nearest model after a node that takes a vector: its node type, its current settings in the editor, and
 * its latent space.
 */
export interface ModelBehind {
  type: string
  label: string
  settings: Record<string, unknown>
  space: Space
}

/** Null if no node further along the wires declares that it takes a vector. */
export function modelBehind(nodeId: string): ModelBehind | null {
  const checker = current()
  if (!checker) return null
  for (const { id, types } of receiversBehind(checker, nodeId)) {
    const node = RED.nodes.node(id)
    for (const type of types) {
      if (type.type !== 'vector' || !node) continue
      const settings = Object.fromEntries(Object.keys(node._def?.defaults ?? {}).map((name) => [name, node[name]]))
      return { type: node.type, label: RED.utils.getNodeLabel(node), settings, space: spaceOf(type) }
    }
  }
  return null
}
