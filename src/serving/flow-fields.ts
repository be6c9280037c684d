import { type Checker, createChecker, type Declarations, type FlowNode, type Graph } from '../flow/index'
import { mergeTypes, type PortType } from '../types/index'
import type { Field, Fields } from './field'

const SERVE_OUT = 'daisychain-serve-out'

/** Controls nodes, which is up to the flow, not its clients. */
const CONTROL = 'control'

const ANY: PortType = { type: 'any' }

/**
 * The inputs of a flow at a `serve in` node and its outputs at the `serve out` nodes after it, derived from
 * the wires.
 *
 * Inputs are what the following nodes need from values that are still unchanged, wherever those were moved.
 * They have those nodes' names. Outputs are what arrives at the other end, with the names given by the nodes
 * that made them.
 * @param id of the `serve in` node
 */
export function flowFields(graph: Graph, declarations: Declarations, id: string, models = NO_MODELS): Fields {
  const inputs = distinct(inputsOf(graph, createChecker(graph, declarations), id, models))
  // In this second pass, the contents of a query's messages are known.
  const ports = { inputs: [], outputs: [inputs.map(({ name, property, type }) => ({ name, property, type }))] }
  const checker = createChecker(withSetting(graph, id, { ports }), declarations)
  const outputs = [...endsBehind(graph, checker, id)].flatMap((end) => outputsOf(graph, checker, end, modelsBehind(id)))
  return { inputs, outputs: distinct(outputs) }

  function modelsBehind(start: string): (name: string) => readonly string[] {
    const nodes = [...checker.reach(start)].flatMap((other) => graph.node(other) ?? [])
    return (name) => [...new Set(nodes.flatMap((node) => models.aliases(node, name)))]
  }
}

/** Knowledge about models beyond their ports. */
export interface KnownModels {
  /**
   * A node's default for a property that isn't in the message; undefined if it has none. Null if nothing is
   * known about the node.
   */
  usual(node: FlowNode, property: string): { value: unknown } | null
  /** The names under which Runway's clients look for this output. */
  aliases(node: FlowNode, output: string): readonly string[]
}

const NO_MODELS: KnownModels = { usual: () => null, aliases: () => [] }

/** The ids of the `serve out` nodes that a node's messages may reach. */
export function endsBehind(graph: Graph, checker: Checker, id: string): Set<string> {
  return new Set([...checker.reach(id)].filter((other) => graph.node(other)?.type === SERVE_OUT))
}

function inputsOf(graph: Graph, checker: Checker, start: string, models: KnownModels): Field[] {
  const fields: Field[] = []
  const demands = [...checker.demands(start, { trusting: true })]
  for (const { id, want, sent, isSpare } of demands) {
    if (sent === CONTROL || want.property === CONTROL || graph.node(id)?.type === SERVE_OUT) continue
    const [type = ANY, ...others] = want.types.some((one) => one.type === 'any') ? [] : want.types
    const required = want.required && defaultOf(type) === undefined && !isSpare
    const node = graph.node(id)
    const known = node && models.usual(node, want.property)
    const picture = demands.find((other) => other.id === id && other.want.types.some((one) => one.type === 'image'))
    const taken = isSpare ? { value: undefined } : known
    fields.push({
      name: want.name ?? sent,
      property: sent,
      type: taken ? withDefault(type, taken.value) : type,
      ...(others.length > 0 && { others }),
      ...(picture && picture.sent !== sent && { on: picture.sent }),
      required,
      help: want.help,
    })
  }
  for (const { want, sent } of checker.demands(start, { trusting: true, looking: true }))
    if (
      want.judges &&
      /^(?!payload$|control$)[a-z]\w*$/i.test(sent) &&
      !fields.some(({ property }) => property === sent)
    )
      fields.push({ name: sent, property: sent, type: ANY, required: false, help: want.help })
  if (fields.some(({ property }) => property === 'payload')) return fields
  // It is named as if the nodes in between weren't there. Those nodes find it under this name too.
  const name = checker.nameBehind(start)
  const isFree = name !== undefined && fields.every((field) => field.name !== name && field.property !== name)
  const payload = { name: isFree ? name : 'payload', property: 'payload', type: ANY, required: false, help: '' }
  return [{ ...payload, ...(isFree && { twice: true }) }, ...fields]
}

function outputsOf(
  graph: Graph,
  checker: Checker,
  id: string,
  aliasesOf: (name: string) => readonly string[],
): Field[] {
  const arriving = checker.arriving(id)
  return outputProperties(graph.node(id)?.config.also).map((property) => {
    const view = arriving.find((one) => one.property === property)
    const type = view?.types.reduce((all, one) => mergeTypes(all, one)) ?? ANY
    const name = view?.name ?? (property === 'payload' ? checker.nameBefore(id) : undefined) ?? property
    const aliases = property === 'payload' ? aliasesOf(name) : []
    return { name, property, type, required: true, help: '', ...(aliases.length > 0 && { aliases }) }
  })
}

/** The message properties that a `serve out` node sends: the payload, and those listed in its setting. */
export function outputProperties(setting: unknown): string[] {
  const listed = typeof setting === 'string' ? setting.split(',').map((name) => name.trim().replace(/^msg\./, '')) : []
  return [...new Set(['payload', ...listed.filter((name) => name !== '')])]
}

/** One field per property, the first one found. If its name is taken, the property's name is used. */
function distinct(fields: readonly Field[]): Field[] {
  const byProperty = new Map<string, Field>()
  const names = new Set<string>()
  for (const field of [...fields].sort((a, b) => Number(b.property === 'payload') - Number(a.property === 'payload'))) {
    const known = byProperty.get(field.property)
    if (known) {
      known.required ||= field.required
      // Without a value, these nodes use different defaults, so no single default can be stated.
      if (defaultOf(known.type) !== defaultOf(field.type)) known.type = withDefault(known.type, undefined)
      continue
    }
    const name = names.has(field.name) ? field.property : field.name
    names.add(name)
    byProperty.set(field.property, { ...field, name })
  }
  const all = [...byProperty.values()]
  return all.map(({ on, ...field }) => {
    const picture = on === undefined ? undefined : byProperty.get(on)
    return picture ? { ...field, on: picture.name } : field
  })
}

function defaultOf(type: PortType): unknown {
  return 'default' in type ? type.default : undefined
}

function withDefault(type: PortType, value: unknown): PortType {
  const { default: _, ...rest } = type as PortType & { default?: unknown }
  return (value === undefined ? rest : { ...rest, default: value }) as PortType
}

function withSetting(graph: Graph, id: string, setting: Record<string, unknown>): Graph {
  const node = graph.node(id)
  const changed = node && { ...node, config: { ...node.config, ...setting } }
  return { ids: () => graph.ids(), node: (other) => (other === id ? changed : graph.node(other)) }
}
