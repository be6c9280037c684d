/** A port's side, in canvas pixels. */
const PORT = 10

/** The size of a node's button with its border, in canvas pixels. */
const BUTTON = { width: 34, height: 28 }

/** Where a dragged wire may end and where it may not. */
export interface Marks {
  /** The elements of nodes that don't fit. */
  unfit: readonly SVGGElement[]
  /** The elements of ports, by the class of the ring around them. */
  rings: ReadonlyMap<string, readonly SVGGElement[]>
}

/**
 * Dims nodes and rings ports by a few shapes that cover all of them: restyling hundreds of nodes would take
 * the browser longer than the rest of the drag. Returns a function that removes them.
 */
export function drawVeil({ unfit, rings }: Marks): () => void {
  const layer = document.querySelector('.red-ui-flow-node-group')?.parentElement
  if (!layer) return () => {}
  const shapes = [shape('daisychain-veil', unfit.map(nodeOutline).join(''))]
  for (const [look, ports] of rings) shapes.push(shape(look, ports.map(portOutline).join('')))
  layer.append(...shapes)
  return () => {
    for (const one of shapes) one.remove()
  }
}

function shape(look: string, path: string): SVGPathElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', 'path')
  made.setAttribute('class', look)
  made.setAttribute('d', path)
  return made
}

/** The outline of a node including its ports and button, which stick out at the sides. */
function nodeOutline(element: SVGGElement): string {
  const { x, y } = placeOf(element)
  const { w = 0, h = 0 } = (element as { __data__?: Partial<EditorNode> }).__data__ ?? {}
  const button = element.querySelector('.red-ui-flow-node-button')
  const beside = button ? placeOf(button) : null
  return (
    rectangle(x - PORT, y - 2, w + 2 * PORT, h + 4) +
    (beside ? rectangle(x + beside.x - 1, y + beside.y - 1, BUTTON.width, BUTTON.height) : '')
  )
}

function portOutline(element: SVGGElement): string {
  const node = placeOf(element.closest<SVGGElement>('.red-ui-flow-node-group'))
  const { x, y } = placeOf(element)
  return rectangle(node.x + x, node.y + y, PORT, PORT)
}

/** Reads the position from the attribute, which doesn't force a layout. */
function placeOf(element: Element | null): { x: number; y: number } {
  const [x = 0, y = 0] = (element?.getAttribute('transform')?.match(/-?[\d.]+/g) ?? []).map(Number)
  return { x, y }
}

function rectangle(x: number, y: number, width: number, height: number): string {
  return `M${x} ${y}h${width}v${height}h${-width}z`
}
