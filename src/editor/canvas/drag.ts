import type { WireJudgement } from '../../flow'
import { isProblem, type Verdict } from '../../types'
import { current } from '../checks/checks'
import { endOf, isSubflowPort } from '../checks/graph'
import { inUsersWords } from '../checks/sentence'
import { isFreshInject } from './drawn'
import { mainFamily, portOf } from './ports'
import { hideTip, showTip } from './tip'
import { drawVeil, type Marks } from './veil'

type Port = NonNullable<ReturnType<typeof portOf>>

/**
 * While a wire is dragged from a port, highlights the ports that fit, dims the nodes that don't, and explains
 * why next to the mouse pointer. Returns a function that stops this.
 */
export function guideDrags(): () => void {
  const chart = document.getElementById('red-ui-workspace-chart')
  if (!chart) return () => {}
  let origin: Port | null = null
  let stopShowing: (() => void) | null = null
  let last: MouseEvent | null = null
  let over: Element | null = null
  let frame: number | undefined
  const down = (event: MouseEvent) => {
    if (isPulling()) return // in a quick join, the second press ends the wire instead of starting one
    origin = event.target instanceof Element && isPort(event.target) ? portOf(event.target) : null
  }
  const move = (event: MouseEvent) => {
    if (!origin) return
    if (!isPulling()) return end()
    if (event.target === last?.target) return
    last = event
    // Changing the page here would force the editor, which measures it next, to lay it out on every move.
    frame ??= requestAnimationFrame(show)
  }
  const show = () => {
    frame = undefined
    if (!origin || !last || !isPulling()) return
    stopShowing ??= showMarks(chart, origin)
    const target = last.target instanceof Element ? last.target : null
    const node = target?.closest('.red-ui-flow-node-group') ?? null
    if (node === over) return
    over = node
    const reason = node && target ? reasonAt(node, target, origin) : ''
    if (reason) showTip(reason, last)
    else hideTip()
  }
  const end = () => {
    if (frame !== undefined) cancelAnimationFrame(frame)
    frame = undefined
    stopShowing?.()
    stopShowing = null
    last = null
    over = null
    hideTip()
  }
  const up = () => {
    if (isPulling()) chart.classList.add('daisychain-dropped')
    setTimeout(end)
  }
  const leave = () => chart.classList.remove('daisychain-dropped')
  // Capturing, because the editor stops these events at its ports.
  chart.addEventListener('mousedown', down, true)
  chart.addEventListener('mousemove', move, true)
  chart.addEventListener('mouseout', leave)
  window.addEventListener('mouseup', up, true)
  return () => {
    end()
    leave()
    chart.removeEventListener('mouseout', leave)
    chart.removeEventListener('mousedown', down, true)
    chart.removeEventListener('mousemove', move, true)
    window.removeEventListener('mouseup', up, true)
  }
}

function isPulling(): boolean {
  const state = RED.view.state()
  return state === RED.state.JOINING || state === RED.state.QUICK_JOINING
}

const isPort = (element: Element) => element.classList.contains('red-ui-flow-port')

/**
 * Says what would be wrong with the wire, or converted, if it were dropped on the node; empty if there is
 * nothing to say.
 */
function reasonAt(node: Element, target: Element, origin: Port): string {
  const ports = node.querySelectorAll(`.red-ui-flow-port-${farOf(origin)}`)
  // Like the editor, treats anywhere on the node that isn't a port as the first port.
  const port = (isPort(target) ? target : null) ?? ports[0]
  const end = port && portOf(port)
  const judgement = end && end.direction !== origin.direction ? judgeEnds(origin, end) : null
  return judgement && (isProblem(judgement) || judgement.verdict === 'adapts') ? inUsersWords(judgement) : ''
}

/** Shows at which ports and nodes the wire may end. Returns a function that stops this. */
function showMarks(chart: HTMLElement, origin: Port): () => void {
  const verdicts = new Map<SVGGElement, Verdict>()
  for (const port of chart.querySelectorAll<SVGGElement>(`.red-ui-flow-port-${farOf(origin)}`)) {
    const end = portOf(port)
    if (end && end.node.id !== origin.node.id) verdicts.set(port, judgeEnds(origin, end)?.verdict ?? 'unknown')
  }
  chart.classList.add('daisychain-pulling')
  colorLine(origin)
  // If nothing is known about the dragged port, it fits everywhere, so no marks are shown.
  const isOpen = [...verdicts.values()].every((verdict) => verdict === 'unknown' || verdict === 'match')
  const lift = isOpen ? () => {} : drawVeil(marksOf(verdicts))
  return () => {
    lift()
    chart.classList.remove('daisychain-pulling')
  }
}

function marksOf(verdicts: ReadonlyMap<SVGGElement, Verdict>): Marks {
  const rings = new Map<string, SVGGElement[]>()
  const nodes = new Map<SVGGElement, boolean>()
  for (const [port, verdict] of verdicts) {
    const node = port.closest<SVGGElement>('.red-ui-flow-node-group')
    if (!node) continue
    nodes.set(node, verdict === 'mismatch' && nodes.get(node) !== false)
    if (verdict === 'mismatch' || verdict === 'unknown') continue
    const look = `${verdict === 'convertible' ? 'daisychain-nearly' : 'daisychain-fits'} ${familyClass(port)}`.trim()
    rings.set(look, [...(rings.get(look) ?? []), port])
  }
  return { unfit: [...nodes].flatMap(([node, isUnfit]) => (isUnfit ? [node] : [])), rings }
}

/** The class that gives a port its colour. */
function familyClass(port: SVGGElement): string {
  const { node, direction, index } = portOf(port) as Port
  const ports = direction === 'input' ? current()?.inputs(node.id) : current()?.outputs(endOf(node).id, index)
  const family = port.classList.contains('daisychain-port') && ports ? mainFamily(ports) : null
  return family ? `daisychain-${family}` : ''
}

/** Colours the wire being dragged by its type. The editor creates a new wire element for each drag. */
function colorLine({ node, direction, index }: Port): void {
  const line = document.querySelector('.red-ui-flow-drag-line')
  if (!line) return
  const end = endOf(node, index)
  const ports = direction === 'output' ? current()?.outputs(end.id, end.port) : current()?.inputs(node.id)
  const family = ports && mainFamily(ports)
  if (family) line.classList.add(`daisychain-${family}`)
}

const farOf = ({ direction }: Port) => (direction === 'output' ? 'input' : 'output')

/** The verdict on a wire between two ports; null if the checker can't judge it. */
function judgeEnds(origin: Port, end: Port): WireJudgement | null {
  const [from, to] = origin.direction === 'output' ? [origin, end] : [end, origin]
  if (isSubflowPort(to.node) || isFreshInject(from.node)) return null
  return current()?.judge(endOf(from.node, from.index), { id: to.node.id }) ?? null
}
