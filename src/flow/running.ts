import type { FlowNode, Graph } from './graph'

/**
 * The nodes that run. Neither the node nor its tab may be disabled. A node in a subflow runs if an instance
 * of the subflow runs.
 */
export function runningNodes(graph: Graph): FlowNode[] {
  const nodes = [...graph.ids()].flatMap((id) => graph.node(id) ?? [])
  const isOn = ({ z, disabled }: FlowNode) => !disabled && !(z !== undefined && graph.node(z)?.disabled)
  const within = new Map<string | undefined, FlowNode[]>()
  for (const node of nodes.filter(isOn)) {
    const place = node.z !== undefined && graph.node(node.z)?.type === 'subflow' ? node.z : undefined
    within.set(place, [...(within.get(place) ?? []), node])
  }
  const running: FlowNode[] = []
  const open = new Set<string | undefined>([undefined])
  for (const place of open) {
    for (const node of within.get(place) ?? []) {
      if (node.type === 'subflow' || node.type === 'tab') continue
      running.push(node)
      if (node.type.startsWith('subflow:')) open.add(node.type.slice('subflow:'.length))
    }
  }
  return running
}
