import { type Candidate, candidates, type OpenEnd } from '../../flow'
import { severity } from '../../types'
import { say } from '../shell/words'
import { current } from './checks'
import { declarations } from './declarations'
import { freshNodes } from './fresh-nodes'
import { endOf } from './graph'
import { showAll, showFitting } from './quick-add'

const gap = 200

/**
 * The suggestions for a wire dropped on the empty canvas: the nodes that fit its other end, then those that
 * fit with a converter.
 */
export async function suggestNodes(context: SuggestionContext): Promise<Suggestion[]> {
  // The editor asks before its own list is ready.
  await null
  const end = openEnd(context)
  const found = end ? candidates(end, freshNodes(), declarations) : []
  const helpful = found.filter(({ isTyped, converter }) => isTyped || converter)
  if (!end || helpful.length === 0) {
    showAll()
    return []
  }
  const wrong = new Set(found.filter(({ verdict }) => severity[verdict] > severity.unknown).map(({ type }) => type))
  showFitting((type) => !wrong.has(type))
  const fitting = helpful.filter(({ verdict }) => verdict === 'match' || verdict === 'adapts')
  const convertible = helpful.filter(({ converter }) => converter && RED.nodes.getType(converter.type))
  return [
    ...fitting.map(({ type }) => ({ label: labelOf(type), nodes: [{ id: 'node', type, x: 0, y: 0 }] })),
    ...convertible.map((one) => withConverter(one, 'gives' in end)),
  ]
}

function openEnd({ source, sourcePort = 0, sourcePortType }: SuggestionContext = {}): OpenEnd | null {
  const checker = current()
  if (!source || !checker) return null
  return sourcePortType === 0
    ? { gives: checker.outputs(endOf(source, sourcePort).id, sourcePort) }
    : { wants: checker.inputs(source.id) }
}

/** Suggests the converter together with the node; the editor connects the first of them. */
function withConverter({ type, converter }: Candidate, isOutwards: boolean): Suggestion {
  const between = { ...converter?.config, id: 'converter', type: converter?.type ?? '', x: 0, y: 0 }
  const node = { id: 'node', type, x: isOutwards ? gap : -gap, y: 0 }
  const wired = isOutwards ? [{ ...between, wires: [['node']] }, node] : [between, { ...node, wires: [['converter']] }]
  return { label: say('withConverter', { node: labelOf(type) }), nodes: wired }
}

export function labelOf(type: string): string {
  const definition = RED.nodes.getType(type)
  const label = definition?.paletteLabel
  return (typeof label === 'function' ? label.call(definition as NodeDefinition) : label) || type
}
