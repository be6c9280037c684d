/**
 * A node as a flow file stores it, or as the editor holds it. Tabs (`type: 'tab'`), junctions, subflow definitions
 * (`type: 'subflow'`, with `config.in` and `config.out` as in a flow file) and subflow instances
 * (`type: 'subflow:<id>'`) are nodes too.
 */
export interface FlowNode {
  readonly id: string
  readonly type: string
  /** The id of the tab or subflow definition it is in. Missing for tabs, subflow definitions and config nodes. */
  readonly z?: string
  /** The name given by the user; empty if unnamed. */
  readonly name: string
  /** The node itself is disabled. (A tab's own flag applies to all nodes on it; the checker looks that up.) */
  readonly disabled: boolean
  /** Target node ids by output port. */
  readonly wires: readonly (readonly string[])[]
  /** All settings, by their names in the flow file. Read only, and read late: nothing is copied. */
  readonly config: Readonly<Record<string, unknown>>
}

/** What the checker needs to know about a flow. A flow file and the editor's live nodes both offer it. */
export interface Graph {
  /** The ids of all nodes, including tabs, junctions, subflow definitions and their contents. Order is kept. */
  ids(): Iterable<string>
  /** The node in its current state; undefined once it is gone. */
  node(id: string): FlowNode | undefined
}
