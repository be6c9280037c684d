import type { PortView } from '../../flow'
import { current, judgementOf, onCheck } from '../checks/checks'
import { declarations } from '../checks/declarations'
import { endOf } from '../checks/graph'
import { nameOf } from '../checks/names'
import { describePorts } from '../checks/typed-nodes'
import { say } from '../shell/words'
import { type Family, familyOf } from './colors'
import { isTypedWire } from './wires'

const groups = '.red-ui-flow-port-input,.red-ui-flow-port-output'

/** Colours the ports of all nodes by what they accept and output, and describes them to screen readers. */
export function colorPorts(): void {
  RED.hooks.add('viewAddPort.daisychain', ({ node, port, portType, portIndex }: ViewPortEvent) => {
    if (node.type !== 'group') paint(port, node, portType, portIndex)
  })
  onCheck(({ touched }) => {
    if (!touched) return repaint(document)
    const nodes = new Set(touched)
    // The port of an untyped node is coloured where its wire ends at a typed one.
    for (const id of touched) for (const { source } of RED.nodes.getNodeLinks(id, 1)) nodes.add(source.id)
    for (const id of nodes) {
      const element = document.getElementById(id)
      if (element) repaint(element)
    }
  })
}

function repaint(within: ParentNode): void {
  for (const port of within.querySelectorAll<SVGGElement>(groups)) {
    const end = portOf(port)
    if (end) paint(port, end.node, end.direction, end.index)
  }
}

/** How each port was last painted. There are thousands of ports, so only those that differ are changed. */
const painted = new WeakMap<SVGGElement, { family: Family | null; name: string }>()

function paint(port: SVGGElement, node: EditorNode, direction: 'input' | 'output', index: number): void {
  const checker = current()
  if (!checker) return
  const before = painted.get(port) ?? { family: null, name: '' }
  const views = direction === 'input' ? checker.inputs(node.id) : checker.outputs(endOf(node).id, index)
  const family = isTypedPort(node, direction, index) ? mainFamily(views) : null
  const name = portName(node, direction, index, views)
  if (family !== before.family) {
    if (before.family) port.classList.remove('daisychain-port', `daisychain-${before.family}`)
    if (family) port.classList.add('daisychain-port', `daisychain-${family}`)
  }
  if (name !== before.name) {
    port.setAttribute('role', 'img')
    port.setAttribute('aria-label', name)
  }
  painted.set(port, { family, name })
}

function portName(node: EditorNode, direction: 'input' | 'output', index: number, views: PortView[]): string {
  const name = nameOf(node)
  const port =
    direction === 'input' ? say('portInput', { node: name }) : say('portOutput', { node: name, number: index + 1 })
  const what = describePorts(views, direction === 'input' ? 'wants' : 'gives')
  return what ? `${port}: ${what.replaceAll('\n', '; ')}` : port
}

/**
 * Whether a port gets a colour. The ports of Node-RED's own nodes don't, except where a typed node's values
 * pass through.
 */
function isTypedPort(node: EditorNode, direction: 'input' | 'output', index: number): boolean {
  if (declarations.has(node.type)) return true
  if (direction === 'input') return false
  return RED.nodes.getNodeLinks(node.id, 0).some((link) => {
    const judgement = link.sourcePort === index ? judgementOf(link) : undefined
    return judgement !== undefined && isTypedWire(judgement, link)
  })
}

/** The family that colours a port: that of `payload`, or of the only other property. */
export function mainFamily(ports: PortView[]): Family | null {
  const main = ports.find(({ property }) => property === 'payload') ?? (ports.length === 1 ? ports[0] : undefined)
  return main ? familyOf(main.types) : null
}

/** Undocumented: the port that an element on the canvas represents. */
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
