import { checkFlow, type FlowNode, type Graph, type InputDeclaration, type OutputDeclaration } from '../../flow'
import { severity } from '../../types'
import { current } from './checks'
import { declarations } from './declarations'
import { endOf } from './graph'

const draggedType = 'daisychain-dragged'

/** For a wire dropped on the empty canvas: the node types that fit its other end, best first. */
export async function suggestNodes(context: SuggestionContext): Promise<Suggestion[]> {
  const { source, sourcePort = 0, sourcePortType } = context ?? {}
  const checker = current()
  if (!source || !checker) return []
  const outwards = sourcePortType === 0
  const ports = outwards ? checker.outputs(endOf(source, sourcePort).id, sourcePort) : checker.inputs(source.id)
  const known = ports.filter(({ types }) => types.length === 1)
  if (known.length === 0) return []
  const dragged = outwards
    ? { outputs: [Object.fromEntries(known.map(({ property, types }) => [property, types[0]])) as OutputDeclaration] }
    : {
        inputs: Object.fromEntries(
          known.map(({ property, types, required }) => [property, { type: types[0], required } as InputDeclaration]),
        ),
      }
  const types = [...declarations.keys()].filter(
    (type) => RED.nodes.getType(type)?.category !== 'config' && RED.nodes.getType(type),
  )
  const { wires } = checkFlow(star(types, outwards), new Map([...declarations, [draggedType, dragged]]))
  return wires
    .filter(({ verdict, given, wanted }) => (verdict === 'match' || verdict === 'adapts') && given && wanted)
    .sort((a, b) => severity[a.verdict] - severity[b.verdict])
    .map(({ from, to }) => (outwards ? to.id : from.id))
    .map((type) => ({ label: labelOf(type), nodes: [{ type, x: 0, y: 0 }] }))
}

/** A flow of one fresh node of each type, all wired to the dragged port. A node's id is its type. */
function star(types: string[], outwards: boolean): Graph {
  const nodes = new Map<string, FlowNode>()
  const add = (type: string, wires: string[][]) =>
    nodes.set(type, { id: type, type, name: '', disabled: false, wires, config: freshSettings(type) })
  add(draggedType, outwards ? [types] : [])
  for (const type of types) add(type, outwards ? [] : [[draggedType]])
  return { ids: () => nodes.keys(), node: (id) => nodes.get(id) }
}

function freshSettings(type: string): Record<string, unknown> {
  const defaults = RED.nodes.getType(type)?.defaults ?? {}
  return Object.fromEntries(
    Object.entries(defaults).map(([key, setting]) => [key, (setting as { value?: unknown }).value]),
  )
}

function labelOf(type: string): string {
  const definition = RED.nodes.getType(type)
  const label = definition?.paletteLabel
  return (typeof label === 'function' ? label.call(definition as NodeDefinition) : label) || type
}
