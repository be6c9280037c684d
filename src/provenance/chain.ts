import type { FlowNode, Graph } from '../flow'

/** The node and all nodes that lead to it, with the definitions of subflows among them; nearest first. */
export function chainTo(graph: Graph, id: string): FlowNode[] {
  const sources = new Map<string, string[]>()
  const within = new Map<string, string[]>()
  for (const from of graph.ids()) {
    const node = graph.node(from)
    if (!node || node.disabled) continue
    if (node.z !== undefined) add(within, node.z, from)
    for (const to of targets(node)) add(sources, to, from)
  }
  const found = new Set([id])
  for (const at of found) {
    const type = graph.node(at)?.type ?? ''
    for (const source of sources.get(at) ?? []) found.add(source)
    if (!type.startsWith('subflow:')) continue
    const definition = type.slice('subflow:'.length)
    for (const inner of [definition, ...(within.get(definition) ?? [])]) found.add(inner)
  }
  return [...found].flatMap((one) => graph.node(one) ?? [])
}

/** The ids of the nodes that a node's messages reach directly, by wires or links. */
function targets({ type, wires, config: { links } }: FlowNode): string[] {
  const linked = type === 'link out' && Array.isArray(links) ? links.filter((to) => typeof to === 'string') : []
  return [...wires.flat(), ...linked]
}

function add(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}
