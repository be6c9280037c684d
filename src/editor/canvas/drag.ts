import type { Verdict } from '../../types'
import { current } from '../checks/checks'
import { endOf, isSubflowPort } from '../checks/graph'
import { portOf } from './ports'

type Origin = NonNullable<ReturnType<typeof portOf>>

const marks: Record<Verdict, string> = {
  match: 'daisychain-fits',
  adapts: 'daisychain-fits',
  convertible: 'daisychain-nearly',
  mismatch: 'daisychain-unfit',
  unknown: 'daisychain-open',
}

/** While a wire is pulled from a typed port, lights the ports that fit and dims the others. Returns how to stop. */
export function guideDrags(): () => void {
  const chart = document.getElementById('red-ui-workspace-chart')
  if (!chart) return () => {}
  let origin: Origin | null = null
  let isShown = false
  const down = (event: MouseEvent) => {
    origin = event.target instanceof Element ? originAt(event.target) : null
  }
  const move = () => {
    const state = RED.view.state()
    const joining = state === RED.state.JOINING || state === RED.state.QUICK_JOINING
    if (!origin || isShown === joining) return
    isShown = joining
    if (joining) show(chart, origin)
    else hide(chart)
  }
  const up = () =>
    setTimeout(() => {
      if (isShown) hide(chart)
      isShown = false
    })
  // Ahead of the editor, which stops these events at its ports.
  chart.addEventListener('mousedown', down, true)
  chart.addEventListener('mousemove', move, true)
  window.addEventListener('mouseup', up, true)
  return () => {
    chart.removeEventListener('mousedown', down, true)
    chart.removeEventListener('mousemove', move, true)
    window.removeEventListener('mouseup', up, true)
  }
}

function originAt(target: Element): Origin | null {
  return target.classList.contains('red-ui-flow-port') ? portOf(target) : null
}

function show(chart: HTMLElement, origin: Origin): void {
  const verdicts = new Map<SVGGElement, Verdict>()
  const far = origin.direction === 'output' ? 'input' : 'output'
  for (const port of document.querySelectorAll<SVGGElement>(`.red-ui-flow-port-${far}`)) {
    const end = portOf(port)
    if (end && end.node.id !== origin.node.id) verdicts.set(port, judgeEnds(origin, end))
  }
  // A port of which nothing is known fits everywhere: nothing to show.
  if ([...verdicts.values()].every((verdict) => verdict === 'unknown' || verdict === 'match')) return
  chart.classList.add('daisychain-dragging')
  for (const [port, verdict] of verdicts) port.classList.add(marks[verdict])
}

function hide(chart: HTMLElement): void {
  chart.classList.remove('daisychain-dragging')
  const names = Object.values(marks)
  for (const port of document.querySelectorAll(names.map((name) => `.${name}`).join())) port.classList.remove(...names)
}

function judgeEnds(origin: Origin, end: Origin): Verdict {
  const [from, to] = origin.direction === 'output' ? [origin, end] : [end, origin]
  if (isSubflowPort(to.node)) return 'unknown'
  return current()?.judge(endOf(from.node, from.index), { id: to.node.id }).verdict ?? 'unknown'
}
