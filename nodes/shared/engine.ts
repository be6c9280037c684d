import type { Node, NodeAPI } from 'node-red'
import { type Engine, type EngineOptions, engineKey, sharedEngine } from '../../src/engine'
import { sayings } from './say'

/** A `daisychain-engine` config node. */
export interface EngineNode extends Node {
  options: Partial<EngineOptions>
  /** Why nothing can run on it: its flow is of a newer version. */
  fault?: Error
}

/** The engine that a node's `engine` setting names; the default one if it names none. Release it with `close`. */
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

/** The same for all nodes whose `engineFor` is the same engine. */
export function engineKeyFor(RED: NodeAPI, id: string | undefined): string {
  return engineKey((id ? (RED.nodes.getNode(id) as EngineNode | null) : null)?.options)
}
