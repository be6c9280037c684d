import { measureIn } from './measure'
import { wrapText } from './preview-text'
import { type Area, STATUS_HEIGHT, statusRoom } from './room-below'

const svg = 'http://www.w3.org/2000/svg'
/**
 * In canvas pixels: the space that a button or port takes to the left of a node, and the dot to the left of a status.
 */
const room = { button: 32, port: 8, dot: 20 }
// The font of statuses in Node-RED.
const font = '9pt Helvetica Neue, Arial, Helvetica, sans-serif'

/**
 * Shortens the statuses of Daisychain's nodes where the next node or its status begins; hovering over one
 * shows all of it. Returns a function that stops this.
 */
export function keepStatusesApart(): () => void {
  let pending = 0
  const later = (_event: unknown) => {
    pending ||= requestAnimationFrame(() => {
      pending = 0
      cutAll()
    })
  }
  // The handler runs in the next frame, when the editor has drawn the status.
  RED.comms.subscribe('status/#', later)
  RED.hooks.add('viewRedrawNode.daisychain-status', later)
  return () => {
    cancelAnimationFrame(pending)
    RED.comms.unsubscribe('status/#', later)
    RED.hooks.remove('*.daisychain-status')
  }
}

function cutAll(): void {
  const tab = RED.workspaces.active()
  const nodes: { node: EditorNode; area: Area }[] = []
  RED.nodes.eachNode((node) => {
    if (node.z === tab) nodes.push({ node, area: areaOf(node) })
    return undefined
  })
  for (const { node, area } of nodes) {
    if (!node.type.startsWith('daisychain-') || !textOf(node)) continue
    const others = nodes.filter((other) => other.node !== node).map((other) => withSides(other.node, other.area))
    cut(node, statusRoom(area, others))
  }
}

function areaOf({ x, y, w = 0, h = 0 }: EditorNode): Area {
  return { left: x - w / 2, right: x + w / 2, top: y - h / 2, bottom: y + h / 2 }
}

/** A node's area including the button or port on its left and the status below. */
function withSides(node: EditorNode, area: Area): Area {
  const hasButton = Boolean(node._def?.button) && node._def?.align !== 'right'
  return {
    ...area,
    left: area.left - (hasButton ? room.button : room.port),
    bottom: area.bottom + (textOf(node) ? STATUS_HEIGHT : 0),
  }
}

function textOf({ status }: EditorNode): string {
  const { text } = (status ?? {}) as { text?: unknown }
  return typeof text === 'string' || typeof text === 'number' ? String(text) : ''
}

/** Undocumented: the elements of a status, by their classes. */
function cut(node: EditorNode, width: number): void {
  const group = document.getElementById(node.id)?.querySelector('.red-ui-flow-node-status-group')
  const label = group?.querySelector('.red-ui-flow-node-status-label')
  if (!group || !label) return
  const text = textOf(node)
  const measure = measureIn(font)
  const shown = wrapText(text, width - room.dot, 1, measure)[0] ?? ''
  if (label.textContent === shown) return
  label.textContent = shown
  group.querySelector('.red-ui-flow-node-status-background')?.setAttribute('width', String(measure(shown) + room.dot))
  const title = group.querySelector('title') ?? group.appendChild(document.createElementNS(svg, 'title'))
  title.textContent = shown === text ? '' : text
}
