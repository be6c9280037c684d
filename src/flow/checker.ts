import type { PortType } from '../types'
import type { Declarations } from './declaration'
import type { Graph } from './graph'
import type { Report, WireEnd, WireJudgement } from './report'

/** What a port has in one message property. */
export interface PortView {
  property: string
  /** The types that may be there; empty if unknown. */
  types: PortType[]
  /** Inputs: whether a message without it is an error. Outputs: whether every message has it. */
  required: boolean
  help: string
}

export interface Checker {
  readonly report: Report
  /**
   * Look again at the nodes that were added, removed or changed (settings or wires: name the wire's source), and at
   * all they can reach. Returns the new report.
   */
  update(changed: Iterable<string>): Report
  /** What the node's input port wants: for colours, hover texts and the help. Empty if it takes anything. */
  inputs(id: string): PortView[]
  /** What an output port gives, as inferred. Empty if nothing is known. */
  outputs(id: string, port: number): PortView[]
  /** What the check would say of a wire between the two, whether or not it is there (while dragging). */
  judge(from: WireEnd, to: { id: string }): WireJudgement
}

/** Infer what every wire carries, and judge every wire. A strange flow is no error: what cannot be followed is unknown. */
export function checkFlow(graph: Graph, declarations: Declarations): Report {
  return createChecker(graph, declarations).report
}

export function createChecker(_graph: Graph, _declarations: Declarations): Checker {
  throw new Error('The inference is not written yet')
}
