import type { Graph } from '../../flow'

/** The first and the last node of a chain to compile. */
export interface Ends {
  from: string
  /** The first node and all nodes that its messages reach, nearest first. */
  reached: string[]
  /** The proposed last node: the last selected one, or if only one is selected, the farthest one. */
  to: string
}

/** @param selected node ids, at least one */
export function endsOf(graph: Graph, selected: readonly string[]): Ends | null {
  const chosen = new Set(selected)
  const ways = selected.map((id) => reachedFrom(graph, id))
  const isBehind = (id: string) => ways.some(([first, ...behind]) => first !== id && behind.includes(id))
  // In a loop, every node comes after the others, so the first selected one is used.
  const from = selected.find((id) => !isBehind(id)) ?? selected[0]
  const reached = ways.find(([first]) => first === from)
  if (from === undefined || !reached) return null
  const last = chosen.size > 1 ? reached.findLast((id) => chosen.has(id)) : reached.at(-1)
  return { from, reached, to: last ?? from }
}

/** A node and all nodes after it, nearest first. */
function reachedFrom(graph: Graph, start: string): string[] {
  const found = new Set([start])
  for (const id of found) {
    const node = graph.node(id)
    if (!node) continue
    const { links } = node.config
    const far = node.type === 'link out' && Array.isArray(links) ? (links as string[]) : []
    for (const next of [...node.wires.flat(), ...far]) if (graph.node(next)?.disabled === false) found.add(next)
  }
  return [...found]
}
