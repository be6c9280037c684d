import type { FlowNode } from './graph'
import { isRecord } from './read'

type Connection = [from: string, to: string]

/** Who names whom: node ids joined by wires, by links, or by a subflow's own ports (under the definition's id). */
export class Naming {
  /** As they were read: the editor changes its nodes in place. */
  private readonly connections = new Map<string, Connection[]>()
  private readonly forward = new Map<string, Map<string, number>>()
  private readonly backward = new Map<string, Map<string, number>>()

  /** The ids that the node sends to. */
  targets(id: string): Iterable<string> {
    return this.forward.get(id)?.keys() ?? []
  }

  /** The ids that send to the node. */
  sources(id: string): Iterable<string> {
    return this.backward.get(id)?.keys() ?? []
  }

  /** Take a node's connections up, in the place of those it had before; `undefined`: the node is gone. */
  set(id: string, node: FlowNode | undefined): void {
    this.count(this.connections.get(id) ?? [], -1)
    const now = node ? [...connections(node)] : []
    if (now.length > 0) this.connections.set(id, now)
    else this.connections.delete(id)
    this.count(now, 1)
  }

  private count(list: readonly Connection[], change: 1 | -1): void {
    for (const [from, to] of list) {
      count(this.forward, from, to, change)
      count(this.backward, to, from, change)
    }
  }
}

function* connections(node: FlowNode): Iterable<Connection> {
  for (const targets of node.wires) for (const target of targets) yield [node.id, target]
  if (node.type === 'link out' || node.type === 'link call') for (const link of linksOf(node)) yield [node.id, link]
  if (node.type === 'link in') for (const link of linksOf(node)) yield [link, node.id]
  if (node.type === 'subflow') {
    for (const { id } of portWires(node.config.in, 0)) yield [node.id, id]
    for (let port = 0; port < outputsOf(node); port++)
      for (const { id } of portWires(node.config.out, port)) yield [id, node.id]
  }
}

function count(table: Map<string, Map<string, number>>, key: string, value: string, change: 1 | -1): void {
  const counts = table.get(key) ?? new Map<string, number>()
  table.set(key, counts)
  const next = (counts.get(value) ?? 0) + change
  if (next > 0) counts.set(value, next)
  else counts.delete(value)
  if (counts.size === 0) table.delete(key)
}

/** The link nodes that a link node names. */
export function linksOf(node: FlowNode): string[] {
  const { links } = node.config
  if (typeof links === 'string') return [links]
  return Array.isArray(links) ? [...new Set(links.filter((id): id is string => typeof id === 'string'))] : []
}

/** How many outputs a subflow definition has. */
export function outputsOf(subflow: FlowNode): number {
  return Array.isArray(subflow.config.out) ? Math.min(subflow.config.out.length, 100) : 0
}

/** The ends inside of a subflow's own port: `ports` is the definition's `in` or `out`. */
export function portWires(ports: unknown, index: number): { id: string; port: number }[] {
  const port = Array.isArray(ports) ? ports[index] : undefined
  const wires = isRecord(port) && Array.isArray(port.wires) ? port.wires : []
  return wires.flatMap((wire: unknown) => {
    if (!isRecord(wire) || typeof wire.id !== 'string') return []
    return [{ id: wire.id, port: typeof wire.port === 'number' ? wire.port : 0 }]
  })
}
