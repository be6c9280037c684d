import { createChecker, type Declarations, type FlowNode, type Graph } from '../../src/flow'
import type { VectorType } from '../../src/types'

/** Node types that hand on what comes in to what they are wired to. */
const TRANSPARENT = new Set(['junction', 'switch', 'delay', 'rbe', 'link out', 'link in', 'daisychain-latent'])

/** The vector that the first typed input behind a node's wires wants in `payload`; null where none does. */
export function wantedVector(graph: Graph, declarations: Declarations, start: string): VectorType | null {
  const checker = createChecker(graph, declarations)
  // A set keeps its order and takes more while it is walked: breadth first, each node once, loops too.
  const behind = new Set<string>(graph.node(start)?.wires.flat())
  for (const id of behind) {
    const node = graph.node(id)
    if (!node) continue
    const types = checker.inputs(id).find(({ property }) => property === 'payload')?.types ?? []
    const vector = types.find((type): type is VectorType => type.type === 'vector')
    if (vector) return vector
    for (const next of onwards(graph, node)) behind.add(next)
  }
  return null
}

function onwards(graph: Graph, node: FlowNode): string[] {
  if (node.type.startsWith('subflow:')) {
    const [input] = listOf(graph.node(node.type.slice('subflow:'.length))?.config.in) as { wires?: { id: string }[] }[]
    return (input?.wires ?? []).map(({ id }) => id)
  }
  if (!TRANSPARENT.has(node.type)) return []
  return [...node.wires.flat(), ...(node.type === 'link out' ? (listOf(node.config.links) as string[]) : [])]
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
