import { type Converter, severity } from '../types'
import { checkFlow, createChecker } from './checker'
import type { Declarations, InputDeclaration, NodeDeclaration, OutputDeclaration } from './declaration'
import type { FlowNode, Graph } from './graph'
import type { WireJudgement } from './report'
import type { PortView } from './views'

/** One end of a wire: what it sends, or what it needs. */
export type OpenEnd = { gives: readonly PortView[] } | { wants: readonly PortView[] }

/** Node type → the settings of a fresh node of it. */
export type FreshNodes = ReadonlyMap<string, Record<string, unknown>>

/** A node type at the other end of a wire, fresh from the palette. */
export interface Candidate {
  type: string
  verdict: WireJudgement['verdict']
  /** What would make it fit, if it doesn't. */
  converter: Converter | null
  /** Whether it is known what the node needs from the wire, or sends to it. */
  isTyped: boolean
}

/**
 * How each of these node types would fit the wire, likeliest first: those that require what the wire carries before
 * those that merely accept it, and those that accept only that before those that accept much else.
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
    // Anything counts as many: a node that takes everything is rarely the one wanted.
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
 * Of these node types, those that accept what a wire carries and output what its end needs: the one that adapts least
 * first, then the one with the fewest inputs.
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

/** A flow of one fresh node of each type, all wired to the dragged port. A node's id is its type. */
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
