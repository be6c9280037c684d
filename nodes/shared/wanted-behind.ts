import type { Node, NodeAPI } from 'node-red'
import { createChecker, readFlow, wantedBehind } from '../../src/flow'
import type { PortType } from '../../src/types'
import { ownDeclarations } from './declarations'

/** How often the flows of a Node-RED have started: one listener counts for all nodes. */
const counts = new WeakMap<object, { count: number }>()

function startsOf({ events }: NodeAPI): { count: number } {
  const known = counts.get(events)
  if (known) return known
  const starts = { count: 0 }
  counts.set(events, starts)
  events.on('flows:started', () => {
    starts.count++
  })
  return starts
}

/** Looks behind a running node's wires when it is first asked after each deploy, and finds the first type that will do. */
export function wantedSinceDeploy<T extends PortType>(
  RED: NodeAPI,
  node: Node,
  property: string,
  will: (type: PortType) => type is T,
): () => T | null {
  let wanted: T | null = null
  let since = -1
  const starts = startsOf(RED)

  return () => {
    if (since !== starts.count) wanted = lookUp()
    since = starts.count
    return wanted
  }

  function lookUp(): T | null {
    const configs: object[] = []
    RED.nodes.eachNode((config) => {
      configs.push(config)
    })
    const graph = readFlow(configs)
    // Inside a subflow the wires are those of its definition.
    const id = (node as Node & { _alias?: string })._alias ?? node.id
    for (const type of wantedBehind(graph, createChecker(graph, ownDeclarations()), id, property)) {
      if (will(type)) return type
    }
    return null
  }
}
