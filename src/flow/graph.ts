/**
 * A node as in a flow file or in the editor. Tabs (`type: 'tab'`), junctions, subflow definitions (`type:
 * 'subflow'`, with `config.in` and `config.out` as in a flow file) and subflow instances (`type:
 * 'subflow:<id>'`) are nodes too.
 */
export interface FlowNode {
  readonly id: string
  readonly type: string
  /**
   * The id of the tab or subflow definition that contains the node. Missing for tabs, subflow definitions and
   * config nodes.
   */
  readonly z?: string
  /** The name given by the user; empty if unnamed. */
  readonly name: string
  /**
   * Whether the node itself is disabled. A disabled tab disables all its nodes, which the checker looks up
   * separately.
   */
  readonly disabled: boolean
  /** Target node ids by output port. */
  readonly wires: readonly (readonly string[])[]
  /** All settings, named as in the flow file. They are read when needed, and never copied or modified. */
  readonly config: Readonly<Record<string, unknown>>
}

/** The checker's view of a flow, which both flow files and the editor's live nodes provide. */
export interface Graph {
  /** The ids of all nodes, including tabs, junctions, subflow definitions and their contents. Order is kept. */
  ids(): Iterable<string>
  /** The node in its current state; undefined once it is gone. */
  node(id: string): FlowNode | undefined
}
