import type { PortView } from '../../flow'
import { current, judgementOf, onCheck } from '../checks/checks'
import { declarations } from '../checks/declarations'
import { type Family, familyOf, typeColors } from './colors'
import { isTypedWire } from './wires'

const classes = Object.keys(typeColors).map((family) => `daisychain-${family}`)

/** Colours the ports of all nodes by what they want and give. */
export function colorPorts(): void {
  RED.hooks.add('viewAddPort.daisychain', ({ node, port, portType, portIndex }: ViewPortEvent) => {
    if (node.type !== 'group') paint(port, node, portType, portIndex)
  })
  onCheck(repaint)
}

function repaint(): void {
  for (const port of document.querySelectorAll<SVGGElement>('.red-ui-flow-port-input,.red-ui-flow-port-output')) {
    const end = portOf(port)
    if (end) paint(port, end.node, end.direction, end.index)
  }
}

function paint(port: SVGGElement, node: EditorNode, direction: 'input' | 'output', index: number): void {
  const checker = current()
  if (!checker) return
  const family = isTypedPort(node, direction, index)
    ? mainFamily(direction === 'input' ? checker.inputs(node.id) : checker.outputs(node.id, index))
    : null
  const wanted = family && `daisychain-${family}`
  for (const name of classes) port.classList.toggle(name, name === wanted)
  port.classList.toggle('daisychain-port', family !== null)
}

/** Ports of Node-RED's own nodes are left as they are, except where a typed node's values pass through. */
function isTypedPort(node: EditorNode, direction: 'input' | 'output', index: number): boolean {
  if (declarations.has(node.type)) return true
  if (direction === 'input') return false
  return RED.nodes.filterLinks({ source: { id: node.id }, sourcePort: index }).some((link) => {
    const judgement = judgementOf(link)
    return judgement !== undefined && isTypedWire(judgement, link)
  })
}

/** A port has one colour: that of `payload`, or of the only other property. */
export function mainFamily(ports: PortView[]): Family | null {
  const main = ports.find(({ property }) => property === 'payload') ?? (ports.length === 1 ? ports[0] : undefined)
  return main ? familyOf(main.types) : null
}

/** Undocumented: which port an element on the canvas is. */
export function portOf(element: Element): { node: EditorNode; direction: 'input' | 'output'; index: number } | null {
  const port = (element.closest('.red-ui-flow-port') ?? element.querySelector('.red-ui-flow-port')) as
    | (Element & { __data__?: EditorNode; __portType__?: number; __portIndex__?: number })
    | null
  if (!port?.__data__ || port.__portType__ === undefined) return null
  return {
    node: port.__data__,
    direction: port.__portType__ === 1 ? 'input' : 'output',
    index: port.__portIndex__ ?? 0,
  }
}
