import type { FlowNode } from './graph'
import { isRecord } from './read'

type Connection = [from: string, to: string]

/**
 * The connections between nodes: ids joined by wires, by links, or by a subflow's own ports (under the
 * definition's id).
 */
export class Naming {
  /** Copies from the time of reading, because the editor modifies its nodes in place. */
  private readonly connections = new Map<string, readonly Connection[]>()
  /** Contains an id several times if a node refers to it several times. */
  private readonly forward = new Map<string, string[]>()
  private readonly backward = new Map<string, string[]>()

  /** The ids of the nodes that the node sends to. */
  targets(id: string): readonly string[] {
    return distinct(this.forward.get(id))
  }

  /** The ids of the nodes that send to the node. */
  sources(id: string): readonly string[] {
    return distinct(this.backward.get(id))
  }

  /** Replaces a node's connections; `undefined` removes the node. */
  set(id: string, node: FlowNode | undefined): void {
    for (const [from, to] of this.connections.get(id) ?? []) {
      remove(this.forward, from, to)
      remove(this.backward, to, from)
    }
    const now = node ? connections(node) : []
    if (now.length > 0) this.connections.set(id, now)
    else this.connections.delete(id)
    for (const [from, to] of now) {
      add(this.forward, from, to)
      add(this.backward, to, from)
    }
  }
}

function distinct(ids: readonly string[] = []): readonly string[] {
  return ids.length > 1 ? [...new Set(ids)] : ids
}

function add(table: Map<string, string[]>, key: string, value: string): void {
  const values = table.get(key)
  if (values) values.push(value)
  else table.set(key, [value])
}

function remove(table: Map<string, string[]>, key: string, value: string): void {
  const values = table.get(key) ?? []
  values.splice(values.indexOf(value), 1)
  if (values.length === 0) table.delete(key)
}

function connections(node: FlowNode): Connection[] {
  const found: Connection[] = []
  for (const targets of node.wires) for (const target of targets) found.push([node.id, target])
  if (node.type === 'link out' || node.type === 'link call')
    for (const link of linksOf(node)) found.push([node.id, link])
  if (node.type === 'link in') for (const link of linksOf(node)) found.push([link, node.id])
  if (node.type === 'subflow') {
    for (const { id } of portWires(node.config.in, 0)) found.push([node.id, id])
    for (let port = 0; port < outputsOf(node); port++)
      for (const { id } of portWires(node.config.out, port)) found.push([id, node.id])
  }
  return found
}

/** The link nodes that a link node refers to. */
export function linksOf(node: FlowNode): string[] {
  const { links } = node.config
  if (typeof links === 'string') return [links]
  return Array.isArray(links) ? [...new Set(links.filter((id): id is string => typeof id === 'string'))] : []
}

/** The number of outputs of a subflow definition. */
export function outputsOf(subflow: FlowNode): number {
  return Array.isArray(subflow.config.out) ? Math.min(subflow.config.out.length, 100) : 0
}

/** The nodes inside that a subflow's own port is wired to. `ports` is the definition's `in` or `out`. */
export function portWires(ports: unknown, index: number): { id: string; port: number }[] {
  const port = Array.isArray(ports) ? ports[index] : undefined
  const wires = isRecord(port) && Array.isArray(port.wires) ? port.wires : []
  return wires.flatMap((wire: unknown) => {
    if (!isRecord(wire) || typeof wire.id !== 'string') return []
    return [{ id: wire.id, port: typeof wire.port === 'number' ? wire.port : 0 }]
  })
}
