import type { WireJudgement } from '../../flow'
import { isProblem } from '../../types'
import { judgementOf, onCheck, wireKey } from '../checks/checks'
import { declarations } from '../checks/declarations'
import { nameOf } from '../checks/names'
import { sentence } from '../checks/wire-words'
import { say } from '../shell/words'
import { familyOf } from './colors'

/** The SVG elements of the tab's wires, by wire key. */
const drawn = new Map<string, SVGGElement>()

/** Paints every wire at a typed node according to its check. Returns a function that stops this. */
export function paintWires(): () => void {
  const stop = onCheck(({ touched }) => {
    if (!touched) for (const group of drawn.values()) paint(group)
    for (const id of touched ?? []) {
      for (const link of RED.nodes.getNodeLinks(id, 1)) {
        const group = elementOf(link)
        if (group) paint(group)
      }
    }
  })
  // The editor makes a wire's elements again when the tab changes; they are painted before the browser shows them.
  const observer = new MutationObserver((records) => {
    for (const { addedNodes, removedNodes } of records) {
      for (const element of removedNodes) if (isWire(element)) remove(element)
      for (const element of addedNodes) if (isWire(element)) add(element)
    }
  })
  const chart = document.querySelector('#red-ui-workspace-chart svg')
  if (chart) {
    for (const element of chart.querySelectorAll('g.red-ui-flow-link')) if (isWire(element)) add(element)
    observer.observe(chart, { childList: true, subtree: true })
  }
  return () => {
    stop()
    observer.disconnect()
    drawn.clear()
  }
}

/** The element that draws a wire; undefined if its tab is not shown. */
export function elementOf(link: Pick<EditorLink, 'source' | 'sourcePort' | 'target'>): SVGGElement | undefined {
  return drawn.get(wireKey(link))
}

function isWire(element: Node): element is SVGGElement {
  return element instanceof SVGGElement && element.classList.contains('red-ui-flow-link')
}

function add(group: SVGGElement): void {
  const link = linkOf(group)
  if (!link) return
  drawn.set(wireKey(link), group)
  paint(group)
}

function remove(group: SVGGElement): void {
  const link = linkOf(group)
  if (link && elementOf(link) === group) drawn.delete(wireKey(link))
}

/** Undocumented: the wire that an element on the canvas draws. Null for the virtual wires between link nodes. */
export function linkOf(element: Element): EditorLink | null {
  const group = element.closest('g.red-ui-flow-link') as (Element & { __data__?: EditorLink }) | null
  const link = group?.__data__
  return link?.source && link.target && !link.link ? link : null
}

/** Whether a typed port is at either end. All other wires keep Node-RED's own look. */
export function isTypedWire({ origin, given, wanted }: WireJudgement, { source, target }: EditorLink): boolean {
  const maker = (origin && RED.nodes.node(origin)) || source
  return Boolean((given && declarations.has(maker.type)) || (wanted && declarations.has(target.type)))
}

/** How each wire was last painted, so that only differences are applied. */
const painted = new WeakMap<SVGGElement, { looks: string[]; name: string }>()

function paint(group: SVGGElement): void {
  const link = linkOf(group)
  if (!link) return
  const judgement = judgementOf(link)
  const isTyped = judgement !== undefined && isTypedWire(judgement, link)
  const looks = isTyped ? lookOf(judgement) : []
  const between = say('wireName', { from: nameOf(link.source), to: nameOf(link.target) })
  const name = isTyped ? `${between}: ${sentence(judgement, link)}` : between
  const before = painted.get(group) ?? { looks: [], name: '' }
  if (looks.join() !== before.looks.join()) {
    group.classList.remove(...before.looks)
    group.classList.add(...looks)
  }
  if (name !== before.name) {
    group.setAttribute('role', 'img')
    group.setAttribute('aria-label', name)
  }
  painted.set(group, { looks, name })
}

function lookOf(judgement: WireJudgement): string[] {
  const { verdict, given, wanted } = judgement
  if (isProblem(judgement)) return ['daisychain-typed', `daisychain-${verdict}`]
  const family = given && familyOf([given])
  const color = family ? [`daisychain-${family}`] : []
  // If only a part is unknown, such as a vector's length, the wire keeps the type's colour.
  if (verdict === 'unknown') return ['daisychain-typed', 'daisychain-unknown', ...(given && wanted ? color : [])]
  return family ? ['daisychain-typed', ...color] : []
}
