import {
  type Checker,
  createChecker,
  type Declarations,
  type FlowNode,
  type Graph,
  onwards,
  type PortView,
} from '../flow'
import { mergeTypes, type PortType } from '../types'
import type { Field, Fields } from './field'

export const SERVE_IN = 'daisychain-serve-in'
export const SERVE_OUT = 'daisychain-serve-out'

/** Starts and stops nodes: that is for the flow, and not for whoever asks it. */
const CONTROL = 'control'

/** Nodes that make a payload themselves where none comes. */
const GENEROUS: ReadonlySet<string> = new Set(['daisychain-latent'])

/**
 * What goes into a flow at a `serve in` node, and what comes out of it at the `serve out` nodes behind it, as the wires say.
 *
 * Inputs are what the first typed node wants of the payload, and what all nodes behind want of other properties that
 * nothing before them sets. They are called as those nodes call them. Outputs are what arrives at the other end, called as
 * the node calls it that made it.
 *
 * @param id of the `serve in` node
 */
export function flowFields(graph: Graph, declarations: Declarations, id: string): Fields {
  const inputs = distinct(inputsOf(graph, createChecker(graph, declarations), id))
  // The second look knows what the messages hold that a query makes.
  const ports = { inputs: [], outputs: [inputs.map(({ name, property, type }) => ({ name, property, type }))] }
  const checker = createChecker(withSetting(graph, id, { ports }), declarations)
  const outputs = [...endsBehind(graph, id)].flatMap((end) => outputsOf(graph, checker, end))
  return { inputs, outputs: distinct(outputs) }
}

/** The ids of the `serve out` nodes that a node's messages may come to. */
export function endsBehind(graph: Graph, id: string): Set<string> {
  const ends = new Set<string>()
  const reached = new Set([id])
  for (const next of reached) {
    const node = graph.node(next)
    if (!node || node.disabled) continue
    if (node.type === SERVE_OUT) ends.add(next)
    else
      for (const target of [...node.wires.flat(), ...onwards(graph, node), ...exitsOf(graph, node)]) reached.add(target)
  }
  return ends
}

/** From inside a subflow on to what its instances are wired to. */
function* exitsOf(graph: Graph, node: FlowNode): Generator<string> {
  const holder = node.z === undefined ? undefined : graph.node(node.z)
  if (holder?.type !== 'subflow') return
  for (const id of graph.ids()) {
    const instance = graph.node(id)
    if (instance?.type === `subflow:${holder.id}`) yield* instance.wires.flat()
  }
}

/** A way that a message takes: whether its payload is still the query's, and which other properties were set on it. */
interface Way {
  id: string
  payload: 'given' | 'optional' | 'replaced'
  set: ReadonlySet<string>
}

function inputsOf(graph: Graph, checker: Checker, start: string): Field[] {
  const fields: Field[] = []
  const seen = new Set<string>()
  const ways: Way[] = targetsOf(graph.node(start)).map((id) => ({ id, payload: 'given', set: new Set() }))
  for (const { id, payload, set } of ways) {
    const node = graph.node(id)
    const key = `${id} ${payload}`
    if (!node || node.disabled || node.type === SERVE_OUT || seen.has(key)) continue
    seen.add(key)
    for (const want of checker.inputs(id)) {
      const isPayload = want.property === 'payload'
      if (isPayload ? payload === 'replaced' : set.has(want.property) || want.property === CONTROL) continue
      const field = fieldOf(want)
      fields.push(isPayload && payload === 'optional' ? { ...field, required: false } : field)
    }
    const handsOn = onwards(graph, node)
    const made = checker.outputs(id, 0).map(({ property }) => property)
    const next: Omit<Way, 'id'> =
      handsOn.length > 0
        ? { payload: payload === 'given' && GENEROUS.has(node.type) ? 'optional' : payload, set }
        : { payload: 'replaced', set: new Set([...set, ...made]) }
    for (const target of new Set(handsOn)) ways.push({ id: target, ...next })
    if (handsOn.length === 0 || node.type.startsWith('subflow:'))
      for (const target of targetsOf(node)) ways.push({ id: target, ...next, payload: 'replaced' })
  }
  return fields.some(({ property }) => property === 'payload')
    ? fields
    : [{ name: 'payload', property: 'payload', type: { type: 'any' }, required: false, help: '' }, ...fields]
}

function targetsOf(node: FlowNode | undefined): string[] {
  return node?.wires.flat() ?? []
}

function fieldOf({ name, property, types, required, help }: PortView): Field {
  const type: PortType = types[0] ?? { type: 'any' }
  const hasDefault = 'default' in type && type.default !== undefined
  return { name: name ?? property, property, type, required: required && !hasDefault, help }
}

function outputsOf(graph: Graph, checker: Checker, id: string): Field[] {
  const arriving = checker.arriving(id)
  return outputProperties(graph.node(id)?.config.also).map((property) => {
    const view = arriving.find((one) => one.property === property)
    const type = view?.types.reduce((all, one) => mergeTypes(all, one)) ?? { type: 'any' }
    return { name: view?.name ?? property, property, type, required: true, help: '' }
  })
}

/** The message properties that a `serve out` node sends: the payload, and those that its setting lists. */
export function outputProperties(setting: unknown): string[] {
  const listed = typeof setting === 'string' ? setting.split(',').map((name) => name.trim().replace(/^msg\./, '')) : []
  return [...new Set(['payload', ...listed.filter((name) => name !== '')])]
}

/** One field a property, the first that was found; a name that is taken gives way to the property's. */
function distinct(fields: readonly Field[]): Field[] {
  const byProperty = new Map<string, Field>()
  const names = new Set<string>()
  for (const field of [...fields].sort((a, b) => Number(b.property === 'payload') - Number(a.property === 'payload'))) {
    const known = byProperty.get(field.property)
    if (known) {
      known.required ||= field.required
      continue
    }
    const name = names.has(field.name) ? field.property : field.name
    names.add(name)
    byProperty.set(field.property, { ...field, name })
  }
  return [...byProperty.values()]
}

function withSetting(graph: Graph, id: string, setting: Record<string, unknown>): Graph {
  const node = graph.node(id)
  const changed = node && { ...node, config: { ...node.config, ...setting } }
  return { ids: () => graph.ids(), node: (other) => (other === id ? changed : graph.node(other)) }
}
