import { type Converter, severity } from '../types'
import { checkFlow, createChecker } from './checker'
import type { Declarations, InputDeclaration, NodeDeclaration, OutputDeclaration } from './declaration'
import type { FlowNode, Graph } from './graph'
import type { WireJudgement } from './report'
import type { PortView } from './views'

/** One end of a wire, with the types that it sends or needs. */
export type OpenEnd = { gives: readonly PortView[] } | { wants: readonly PortView[] }

/** Node type → the default settings of a new node. */
export type FreshNodes = ReadonlyMap<string, Record<string, unknown>>

/** A node type, with default settings, for the other end of a wire. */
export interface Candidate {
  type: string
  verdict: WireJudgement['verdict']
  /** The converter that makes it fit, if it doesn't fit directly. */
  converter: Converter | null
  /** Whether the types at the node's end of the wire are known. */
  isTyped: boolean
}

/**
 * Ranks node types by how well they fit the wire. Those that require the value on it come before those that
 * merely accept it, and those that accept nothing else before those that accept many types.
 */
export function candidates(end: OpenEnd, fresh: FreshNodes, declarations: Declarations): Candidate[] {
  const isOutwards = 'gives' in end
  const [dragged, known] = isOutwards ? [giver(end.gives), end.gives] : [taker(end.wants), end.wants]
  if (known.every(({ types }) => types.length === 0)) return []
  const star = starOf(fresh, isOutwards)
  const checker = createChecker(star, new Map([...declarations, [DRAGGED, dragged]]))
  const found = checker.report.wires.map(({ from, to, verdict, converter, given, wanted, property }) => {
    const type = isOutwards ? to.id : from.id
    const input = checker.inputs(type).find((port) => port.property === property)
    // A node that accepts anything ranks last, because it is rarely the intended one.
    const choices = isOutwards ? input?.types.length || 100 : checker.outputs(type, 0).length || 100
    const rank = [
      severity[verdict] > severity.adapts,
      !isOutwards || input?.required !== true,
      choices,
      severity[verdict],
    ]
    return { type, verdict, converter, isTyped: given !== null && wanted !== null, rank: rank.map(Number) }
  })
  return found.sort((a, b) => compare(a.rank, b.rank)).map(({ rank, ...candidate }) => candidate)
}

/**
 * The node types that accept the value on a wire and output the type that its other end needs. Those with the
 * fewest adaptations come first, then those with the fewest inputs.
 */
export function between(wire: WireJudgement, fresh: FreshNodes, declarations: Declarations): string[] {
  const { given, wanted, property } = wire
  if (!given || !wanted) return []
  const port = (type: NonNullable<WireJudgement['given']>): PortView => ({
    property,
    types: [type],
    required: true,
    help: '',
  })
  const graph = new Map<string, FlowNode>()
  const add = (id: string, type: string, wires: string[], config = {}) =>
    graph.set(id, { id, type, name: '', disabled: false, wires: [wires], config })
  add('giver', 'giver', [...fresh.keys()])
  for (const [type, config] of fresh) {
    add(type, type, [`behind ${type}`], config)
    add(`behind ${type}`, 'taker', [])
  }
  const ends = [
    ['giver', giver([port(given)])],
    ['taker', taker([port(wanted)])],
  ] as const
  const { wires } = checkFlow(
    { ids: () => graph.keys(), node: (id) => graph.get(id) },
    new Map<string, NodeDeclaration>([...declarations, ...ends]),
  )
  const costs = new Map<string, number>()
  for (const { from, to, verdict, given, wanted } of wires) {
    const fits = given && wanted && (verdict === 'match' || verdict === 'adapts')
    const type = from.id === 'giver' ? to.id : from.id
    costs.set(type, (costs.get(type) ?? 0) + (fits ? severity[verdict] : Number.POSITIVE_INFINITY))
  }
  return [...costs]
    .filter(([, cost]) => cost < Number.POSITIVE_INFINITY)
    .map(([type, cost]) => ({ type, rank: [cost, Object.keys(declarations.get(type)?.inputs ?? {}).length] }))
    .sort((a, b) => compare(a.rank, b.rank))
    .map(({ type }) => type)
}

const DRAGGED = 'daisychain-dragged'

function giver(ports: readonly PortView[]): NodeDeclaration {
  const known = ports.filter(({ types }) => types.length === 1)
  return {
    outputs: [Object.fromEntries(known.map(({ property, types }) => [property, types[0]])) as OutputDeclaration],
  }
}

function taker(ports: readonly PortView[]): NodeDeclaration {
  const known = ports.filter(({ types }) => types.length > 0)
  return {
    inputs: Object.fromEntries(
      known.map(({ property, types, required }) => [property, { type: [...types], required } as InputDeclaration]),
    ),
  }
}

/** A flow with one new node of each type, all wired to the dragged port. Each node's id is its type. */
function starOf(fresh: FreshNodes, isOutwards: boolean): Graph {
  const nodes = new Map<string, FlowNode>()
  const add = (type: string, wires: string[][], config = {}) =>
    nodes.set(type, { id: type, type, name: '', disabled: false, wires, config })
  add(DRAGGED, isOutwards ? [[...fresh.keys()]] : [])
  for (const [type, config] of fresh) add(type, isOutwards ? [] : [[DRAGGED]], config)
  return { ids: () => nodes.keys(), node: (id) => nodes.get(id) }
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [i, one] of a.entries()) if (one !== b[i]) return one - (b[i] ?? 0)
  return 0
}
