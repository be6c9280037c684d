import { type NodeDeclaration, readPorts } from '../../flow'
import { declarations } from '../checks/declarations'
import { readSettings } from '../shell/settings'
import { tellWatching } from '../shell/watching'
import { startViewer } from '../viewer'
import type { OfferFor } from '../viewer/offer'
import { measureIn } from './measure'
import { keepSize } from './preview-size'
import { wrapText } from './preview-text'

/** The summary of a node's last output that the runtime sends. */
interface Preview {
  image?: string
  text?: string
  bars?: readonly Bar[]
}

/** A label with a share from 0 to 1. */
interface Bar {
  name: string
  share: number
}

const topic = 'daisychain/preview/'
const svg = 'http://www.w3.org/2000/svg'
// Canvas pixels. The picture is under the label, right of the icon.
const box = { left: 36, top: 30, side: 128, right: 16, bottom: 10, line: 15, nodeHeight: 30 }
const textLines = 3
const font = '11px Helvetica Neue, Arial, Helvetica, sans-serif'

// The last previews arrive before the flows do, so they are kept by id.
const previews = new Map<string, Preview>()
const drawn = new WeakMap<SVGGElement, { group: SVGGElement; preview: Preview | undefined }>()

/**
 * Shows live previews inside the nodes, and large ones when they are clicked. Returns a function that stops
 * this.
 */
export function showPreviews(offerFor: OfferFor): () => void {
  const { viewer, stop } = startViewer(() => [...previews.keys()], offerFor)
  const receive = (from: string, data: unknown) => {
    const id = from.slice(topic.length)
    const preview = readPreview(data)
    if (preview) previews.set(id, preview)
    else previews.delete(id)
    viewer.renewed(id)
    const node = RED.nodes.node(id)
    if (!node) return
    node.dirty = true
    RED.view.redraw()
  }
  RED.comms.subscribe(`${topic}#`, receive)
  const stopWatching = tellWatching()
  // Reserved before the first layout, so that the node keeps its saved position.
  RED.hooks.add('viewAddNode.daisychain', ({ node }: ViewNodeEvent) => {
    if (node.type !== 'group') reserve(node)
  })
  RED.hooks.add('viewRedrawNode.daisychain', ({ node, el }: ViewNodeEvent) => {
    if (node.type !== 'group') draw(node, el)
  })
  return () => {
    stopWatching()
    RED.comms.unsubscribe(`${topic}#`, receive)
    stop()
  }
}

function readPreview(data: unknown): Preview | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  const { image, text, bars } = data as Record<string, unknown>
  const preview: Preview = {}
  if (typeof image === 'string' && image.startsWith('data:image/')) preview.image = image
  if (typeof text === 'string' && text.trim() !== '') preview.text = text
  if (Array.isArray(bars) && bars.length > 0 && bars.every(isBar)) preview.bars = bars
  return preview.image || preview.text ? preview : undefined
}

function isBar(given: unknown): given is Bar {
  const { name, share } = (given ?? {}) as Record<string, unknown>
  return typeof name === 'string' && typeof share === 'number' && share >= 0 && share <= 1
}

/**
 * The preview's shape, now or after the first run. The space is reserved from the start, so that nothing
 * jumps.
 */
function shapeOf(node: EditorNode): { picture: boolean; lines: number; bars: number } | null {
  if (node.l === false || node.preview === false || !readSettings().previews) return null
  const preview = previews.get(node.id)
  const gives = portsOf(node)?.outputs?.[0]?.payload
  const type = node.type.startsWith('daisychain-') && gives && 'type' in gives ? gives.type : null
  const picture = Boolean(preview?.image) || type === 'image' || type === 'segmentation' || type === 'audio'
  const lines = picture ? (preview?.text ? 1 : 0) : type === 'text' || preview?.text ? textLines : 0
  const bars = preview?.bars?.length ?? 0
  return picture || lines > 0 ? { picture, lines, bars } : null
}

/** The ports of the node itself, such as those of an ONNX file, or else those of its type. */
function portsOf(node: EditorNode): NodeDeclaration | undefined {
  const declaration = declarations.get(node.type)
  const shows = node._def?.defaults?.preview !== undefined
  const own = shows && declaration?.portsFrom ? readPorts(node[declaration.portsFrom]) : null
  return own ?? declaration
}

function reserve(node: EditorNode): void {
  const shape = shapeOf(node)
  keepSize(
    node,
    shape && {
      w: box.left + box.side + box.right,
      h: box.top + (shape.picture ? box.side : 0) + (shape.lines + shape.bars) * box.line + box.bottom,
    },
  )
}

function draw(node: EditorNode, el: SVGGElement): void {
  const shape = shapeOf(node)
  const before = drawn.get(el)
  if (!shape && !before) return
  const { h } = node
  reserve(node)
  if (node.h !== h) setTimeout(() => RED.view.redraw())
  if (!shape) {
    before?.group.remove()
    drawn.delete(el)
    return
  }
  raiseLabel(node, el)
  const preview = previews.get(node.id)
  const state = before ?? { group: el.appendChild(create('g', { class: 'daisychain-preview' })), preview: undefined }
  if (before && state.preview === preview) return
  state.group.replaceChildren(...content(shape, preview))
  state.preview = preview
  drawn.set(el, state)
}

function content(shape: { picture: boolean; lines: number; bars: number }, preview: Preview | undefined): SVGElement[] {
  const { left, top, side, line } = box
  const parts: SVGElement[] = []
  if (shape.picture) {
    const place = { x: left, y: top, width: side, height: side }
    parts.push(create('rect', { ...place, rx: 3, class: 'daisychain-preview-frame' }))
    if (preview?.image)
      parts.push(create('image', { ...place, href: preview.image, preserveAspectRatio: 'xMidYMid meet' }))
  }
  const first = top + (shape.picture ? side + 2 : 0) + 10
  parts.push(...barsOf(preview?.bars ?? [], first + shape.lines * line))
  if (!preview?.text) return parts
  const lines = wrapText(preview.text, side, shape.lines, measureIn(font))
  for (const [index, text] of lines.entries()) {
    const element = create('text', { x: left, y: first + index * line, class: 'daisychain-preview-text' })
    element.textContent = text
    parts.push(element)
  }
  return parts
}

/** Labels drawn on bars whose length shows the score. */
function barsOf(bars: readonly Bar[], first: number): SVGElement[] {
  const { left, side, line } = box
  return bars.flatMap(({ name, share }, index) => {
    const y = first + index * line
    const place = { x: left, y: y - 10, height: line - 2, rx: 2 }
    const text = create('text', { x: left + 3, y, class: 'daisychain-preview-text' })
    text.textContent = wrapText(name, side - 6, 1, measureIn(font))[0] ?? ''
    return [
      create('rect', { ...place, width: side, class: 'daisychain-preview-frame' }),
      create('rect', { ...place, width: Math.max(1, share * side), class: 'daisychain-preview-bar' }),
      text,
    ]
  })
}

/** Undocumented: the editor centres the label in the node by this group's transform. */
function raiseLabel(node: EditorNode, el: SVGGElement): void {
  const label = (el as SVGGElement & { __textGroup__?: SVGGElement }).__textGroup__
  const right = label?.classList.contains('red-ui-flow-node-label-right')
  const place = `translate(${right ? node.w - 38 : 38},${box.nodeHeight / 2 + 1})`
  if (label && label.getAttribute('transform') !== place) label.setAttribute('transform', place)
}

function create<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Record<string, string | number>,
): SVGElementTagNameMap[Name] {
  const element = document.createElementNS(svg, name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value))
  return element
}
