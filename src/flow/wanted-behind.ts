import type { PortType } from '../types'
import type { Checker } from './checker'
import type { FlowNode, Graph } from './graph'

/** Node types that hand on what comes in to what they are wired to. */
const TRANSPARENT = new Set(['junction', 'switch', 'delay', 'rbe', 'link out', 'link in', 'daisychain-latent'])

/** A node behind another one's wires, and the types that it wants in the message property asked for: any one will do. */
export interface Receiver {
  id: string
  types: PortType[]
}

/**
 * The typed inputs behind a node's wires, the nearest first.
 *
 * @param checker of the same graph, up to date
 */
export function* receiversBehind(
  graph: Graph,
  checker: Pick<Checker, 'inputs'>,
  start: string,
  property = 'payload',
): Generator<Receiver> {
  // A set keeps its order and takes more while it is walked: breadth first, each node once, loops too.
  const behind = new Set<string>(graph.node(start)?.wires.flat())
  for (const id of behind) {
    const node = graph.node(id)
    if (!node) continue
    const types = checker.inputs(id).find((port) => port.property === property)?.types ?? []
    if (types.length > 0) yield { id, types }
    for (const next of onwards(graph, node)) behind.add(next)
  }
}

/** What the typed inputs behind a node's wires want in a message property, the nearest first. */
export function* wantedBehind(...where: Parameters<typeof receiversBehind>): Generator<PortType> {
  for (const { types } of receiversBehind(...where)) yield* types
}

/** The nodes that a node hands on to what it gets; none for one that makes something of it. */
export function onwards(graph: Graph, node: FlowNode): string[] {
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
