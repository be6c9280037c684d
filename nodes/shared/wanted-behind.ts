import type { Node, NodeAPI } from 'node-red'
import { createChecker, type Declarations, type FlowNode, type Graph, readFlow } from '../../src/flow'
import type { PortType } from '../../src/types'
import { ownDeclarations } from './declarations'

/** Node types that hand on what comes in to what they are wired to. */
const TRANSPARENT = new Set(['junction', 'switch', 'delay', 'rbe', 'link out', 'link in', 'daisychain-latent'])

/** What the typed inputs behind a node's wires want in a message property, the nearest first. */
export function* wantedBehind(
  graph: Graph,
  declarations: Declarations,
  start: string,
  property = 'payload',
): Generator<PortType> {
  const checker = createChecker(graph, declarations)
  // A set keeps its order and takes more while it is walked: breadth first, each node once, loops too.
  const behind = new Set<string>(graph.node(start)?.wires.flat())
  for (const id of behind) {
    const node = graph.node(id)
    if (!node) continue
    yield* checker.inputs(id).find((port) => port.property === property)?.types ?? []
    for (const next of onwards(graph, node)) behind.add(next)
  }
}

/** Looks behind a running node's wires when it is first asked after each deploy, and finds the first type that will do. */
export function wantedSinceDeploy<T extends PortType>(
  RED: NodeAPI,
  node: Node,
  property: string,
  will: (type: PortType) => type is T,
): () => T | null {
  let wanted: T | null | undefined
  const forget = () => {
    wanted = undefined
  }
  RED.events.on('flows:started', forget)
  node.on('close', () => RED.events.off('flows:started', forget))

  return () => {
    if (wanted === undefined) wanted = lookUp()
    return wanted
  }

  function lookUp(): T | null {
    const configs: object[] = []
    RED.nodes.eachNode((config) => {
      configs.push(config)
    })
    // Inside a subflow the wires are those of its definition.
    const id = (node as Node & { _alias?: string })._alias ?? node.id
    for (const type of wantedBehind(readFlow(configs), ownDeclarations(), id, property)) if (will(type)) return type
    return null
  }
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
