import type { Node, NodeAPI } from 'node-red'
import { type Engine, type EngineOptions, engineKey, sharedEngine } from '../../src/engine'
import { sayings } from './say'

/** A `daisychain-engine` config node. */
export interface EngineNode extends Node {
  options: Partial<EngineOptions>
  /** Why nothing can run on it: the flow was saved by a newer version. */
  fault?: Error
}

/** The engine named by a node's `engine` setting, by default the shared one. Release it with `close`. */
export function engineFor(RED: NodeAPI, node: Node, id: string | undefined): Engine {
  const named = id ? (RED.nodes.getNode(id) as EngineNode | null) : null
  if (id && !named) node.warn(sayings(RED)('noEngine'))
  const log = (line: string) => RED.log.info(`Daisychain engine: ${line}`)
  const warn = (sentence: string) => (named ?? node).warn(sentence)
  return sharedEngine({ ...named?.options, log, warn })
}

/** Why a node's engine can't run anything; undefined if it can. */
export function engineFault(RED: NodeAPI, id: string | undefined): Error | undefined {
  return (id ? (RED.nodes.getNode(id) as EngineNode | null) : null)?.fault
}

/** A key shared by all nodes for which `engineFor` gives the same engine. */
export function engineKeyFor(RED: NodeAPI, id: string | undefined): string {
  return engineKey((id ? (RED.nodes.getNode(id) as EngineNode | null) : null)?.options)
}
