import type { Node, NodeAPI } from 'node-red'
import { declarationsIn } from '../../src/declarations'
import { type Checker, createChecker, type Declarations, type Graph, readFlow, wantedBehind } from '../../src/flow'
import type { PortType } from '../../src/types'

/** The running flows, and the checker's findings about them. */
export interface DeployedFlow {
  graph: Graph
  declarations: Declarations
  checker: Checker
}

/** Computed when a node first asks after a deploy, and shared by all nodes. */
const deployed = new WeakMap<object, { flow: DeployedFlow | null }>()

export function deployedFlow(RED: NodeAPI): DeployedFlow {
  const { events } = RED
  const known = deployed.get(events) ?? { flow: null }
  if (!deployed.has(events)) {
    deployed.set(events, known)
    const forget = () => {
      known.flow = null
    }
    // Nodes may ask while they start, when the flow may still be the previous one. So the result is discarded
    // twice.
    for (const event of ['flows:starting', 'flows:started']) events.on(event, forget)
  }
  known.flow ??= look(RED)
  return known.flow
}

function look(RED: NodeAPI): DeployedFlow {
  const configs: object[] = []
  RED.nodes.eachNode((config) => {
    configs.push(config)
  })
  const graph = readFlow(configs)
  const declarations = declarationsIn(RED)
  return { graph, declarations, checker: createChecker(graph, declarations) }
}

/** The id by which the flow knows a running node: inside a subflow the wires are those of its definition. */
export function idInFlow(node: Node): string {
  return (node as Node & { _alias?: string })._alias ?? node.id
}

/**
 * Whether a following node accepts a running node's output unchanged: it accepts anything, or its pictures are encoded
 * for it.
 */
export function isTakenBehind(RED: NodeAPI, node: Node, property: string): boolean {
  const { checker } = deployedFlow(RED)
  for (const { sent } of checker.demands(idInFlow(node), { looking: true })) if (sent === property) return true
  return false
}

/** Follows a running node's wires when first asked after each deploy, and finds the first type that will do. */
export function wantedSinceDeploy<T extends PortType>(
  RED: NodeAPI,
  node: Node,
  property: string,
  will: (type: PortType) => type is T,
): () => T | null {
  let found: { in: DeployedFlow; type: T | null } | null = null
  return () => {
    const flow = deployedFlow(RED)
    if (found?.in !== flow) found = { in: flow, type: lookUp(flow) }
    return found.type
  }

  function lookUp({ checker }: DeployedFlow): T | null {
    for (const type of wantedBehind(checker, idInFlow(node), property)) if (will(type)) return type
    return null
  }
}
