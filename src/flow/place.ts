import type { Behaviour } from './behaviour'
import type { FlowNode } from './graph'
import type { Message } from './message'
import type { WireEnd } from './report'

/**
 * A node where it runs; a node inside a subflow runs once for each instance.
 * - `node`: an ordinary node.
 * - `entry`: of a subflow instance, where its messages go in. Without messages for an unused subflow.
 * - `exit`: of a subflow instance, one for each output.
 * - `call`: a link call, up to the link in that it calls.
 * - `return`: a link call, where the answer comes back.
 */
export interface FlowPlace {
  readonly key: string
  readonly role: 'node' | 'entry' | 'exit' | 'call' | 'return'
  /** For an entry or exit, the subflow instance. */
  node: FlowNode
  /** For an exit, the scope inside the subflow. */
  readonly scope: Scope
  /** For an exit, the index of the output. */
  readonly port: number
  behaviour: Behaviour
  /**
   * The messages that each output port sends; a missing port sends unknown messages. Null before inference.
   */
  outputs: readonly Message[] | null
  neighbours: Neighbours | null
}

/** A place's neighbours, cached until the network changes. */
export interface Neighbours {
  state: number
  after: readonly FlowPlace[] | null
  before: readonly Arrival[] | null
}

/** An input of a place: the messages that `place` sends from its `port`. */
export interface Arrival {
  place: FlowPlace
  port: number
  /** The wire in the editor; null for a connection by link nodes. */
  wire: WireEnd | null
}

/** A scope in which nodes run: the tabs, or one instance of a subflow. */
export interface Scope {
  /** The prefix of the keys of its places. */
  readonly prefix: string
  readonly subflow: FlowNode | null
  readonly entry: FlowPlace | null
  readonly exits: FlowPlace[]
  readonly depth: number
}
