import type { FlowNode, Graph } from '../../flow'

/** Presents the editor's live nodes to the checker. Nothing is copied: every call sees the current flows. */
export const liveGraph: Graph = {
  ids() {
    const ids: string[] = []
    RED.nodes.eachWorkspace((tab) => void ids.push(tab.id))
    RED.nodes.eachSubflow((subflow) => void ids.push(subflow.id))
    RED.nodes.eachNode((node) => void ids.push(node.id))
    RED.nodes.eachJunction((junction) => void ids.push(junction.id))
    return ids
  },
  node(id) {
    const subflow = RED.nodes.subflow(id)
    if (subflow) return describe(subflow, { ...subflow, ...subflowWires(subflow) })
    const node = RED.nodes.node(id) ?? RED.nodes.junction(id) ?? RED.nodes.workspace(id) ?? RED.nodes.group(id)
    return node ? describe(node, node) : undefined
  },
}

/** The id by which the checker knows an end of a wire, and the output port there. */
export function endOf(end: EditorNode | SubflowPort, port = 0): { id: string; port: number } {
  return isSubflowPort(end) ? { id: end.z, port: end.i } : { id: end.id, port }
}

export function isSubflowPort(end: EditorNode | SubflowPort): end is SubflowPort {
  return end.type === 'subflow' && 'direction' in end
}

function describe(node: EditorNode, config: Record<string, unknown>): FlowNode {
  const wires: string[][] = []
  for (const { source, sourcePort, target } of RED.nodes.getNodeLinks(node.id, 0)) {
    if (source.id !== node.id || isSubflowPort(target)) continue
    while (wires.length <= sourcePort) wires.push([])
    wires[sourcePort]?.push(target.id)
  }
  return {
    id: node.id,
    type: node.type,
    z: node.z,
    name: String(node.name || node.label || ''),
    disabled: node.d === true || node.disabled === true,
    wires,
    config,
  }
}

/** A subflow's own ports with their wires, as in a flow file. */
function subflowWires(subflow: SubflowDefinition): Record<string, unknown> {
  return {
    in: subflow.in.map((port) => ({
      wires: RED.nodes.getNodeLinks(port.id, 0).map(({ target }) => ({ id: target.id })),
    })),
    out: subflow.out.map((port) => ({
      wires: RED.nodes.getNodeLinks(port.id, 1).map(({ source, sourcePort }) => endOf(source, sourcePort)),
    })),
  }
}
