import { sentenceOfRefusal } from '../shell/refusal'
import { say } from '../shell/words'

const topic = 'daisychain/run/'
const svg = 'http://www.w3.org/2000/svg'
// In the button's own pixels; the icon is a square of 16 at 5, 4 and leaves 18 of the button's height.
const shapes = { stop: 'M9.5 9.5h7v7h-7z', start: 'M10 8.5l7.5 4.5-7.5 4.5z' }

type Press = 'start' | 'stop' | 'resume'

/** What each node's button currently does, by node id, as reported by the runtime. */
const offers = new Map<string, Press>()

/** Draws the current action on the buttons of Daisychain's nodes. Returns a function that stops this. */
export function showRunButtons(): () => void {
  const receive = (from: string, data: unknown) => {
    const id = from.slice(topic.length)
    const { press } = (data ?? {}) as { press?: Press }
    if (press) offers.set(id, press)
    else offers.delete(id)
    const node = RED.nodes.node(id)
    if (!node) return
    node.dirty = true
    RED.view.redraw()
  }
  RED.comms.subscribe(`${topic}#`, receive)
  RED.hooks.add('viewRedrawNode.daisychain-run', ({ node, el }: ViewNodeEvent) => {
    if (!node.type.startsWith('daisychain-')) return
    const button = groupOf(el)
    if (!button) return
    clearInput(node, button)
    const offer = offers.get(node.id)
    if (offer) draw(button, offer)
  })
  return () => {
    RED.comms.unsubscribe(`${topic}#`, receive)
    RED.hooks.remove('*.daisychain-run')
  }
}

/** Presses a node's button: the runtime has reported whether that starts or stops the node. */
export function pressRunButton(node: EditorNode): void {
  const press = offers.get(node.id) ?? 'start'
  $.ajax({ method: 'POST', url: `daisychain/control/${encodeURIComponent(node.id)}/${press}` }).then(
    undefined,
    (request: unknown) => {
      RED.notify(RED.utils.sanitize(sentenceOfRefusal(request)), { type: 'error' })
    },
  )
}

/** Undocumented: the SVG group of a node's button. */
const groupOf = (el: SVGGElement) => (el as SVGGElement & { __buttonGroup__?: SVGGElement }).__buttonGroup__

/**
 * The position that the editor gives a button, relative to the node, and how far above the middle it must be
 * to clear the input port.
 */
const usual = { x: -25, y: 2 }
const above = 32

/** Lifts the button of a low node off its input port and the wire there. The editor puts it back at every redraw. */
function clearInput({ inputs, h }: EditorNode, button: SVGGElement): void {
  const y = h / 2 - above
  if (inputs && y < usual.y) button.setAttribute('transform', `translate(${usual.x},${y})`)
}

function draw(button: SVGGElement, press: Press): void {
  let glyph = button.querySelector<SVGPathElement>('.daisychain-run')
  if (glyph?.dataset.press === press) return
  if (!glyph) {
    glyph = button.appendChild(document.createElementNS(svg, 'path'))
    glyph.setAttribute('class', 'daisychain-run')
    button.appendChild(document.createElementNS(svg, 'title'))
  }
  glyph.dataset.press = press
  glyph.setAttribute('d', press === 'stop' ? shapes.stop : shapes.start)
  const title = button.querySelector('title')
  if (title) title.textContent = say(press)
}
