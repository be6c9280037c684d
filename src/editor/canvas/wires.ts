import type { WireJudgement } from '../../flow'
import { isProblem } from '../../types'
import { judgementOf, onCheck } from '../checks/checks'
import { declarations } from '../checks/declarations'
import { familyOf, typeColors } from './colors'

const families = Object.keys(typeColors).map((family) => `daisychain-${family}`)
const looks = ['daisychain-typed', 'daisychain-unknown', 'daisychain-convertible', 'daisychain-mismatch', ...families]

/** Paints every wire that has to do with a typed node by what was found of it. Returns how to stop. */
export function paintWires(): () => void {
  onCheck(() => {
    for (const group of document.querySelectorAll<SVGGElement>('g.red-ui-flow-link')) paint(group)
  })
  // The editor makes a wire's elements anew when the tab changes; they are painted before the browser shows them.
  const observer = new MutationObserver((records) => {
    for (const { addedNodes } of records) {
      for (const element of addedNodes) {
        if (element instanceof SVGGElement && element.classList.contains('red-ui-flow-link')) paint(element)
      }
    }
  })
  const chart = document.querySelector('#red-ui-workspace-chart svg')
  if (chart) observer.observe(chart, { childList: true, subtree: true })
  return () => observer.disconnect()
}

/** Undocumented: the wire that an element on the canvas draws. Null for the virtual wires between link nodes. */
export function linkOf(element: Element): EditorLink | null {
  const group = element.closest('g.red-ui-flow-link') as (Element & { __data__?: EditorLink }) | null
  const link = group?.__data__
  return link?.source && link.target && !link.link ? link : null
}

/** Whether a typed port is at either end: all other wires of the flow are left as Node-RED draws them. */
export function isTypedWire({ origin, given, wanted }: WireJudgement, { source, target }: EditorLink): boolean {
  const maker = (origin && RED.nodes.node(origin)) || source
  return Boolean((given && declarations.has(maker.type)) || (wanted && declarations.has(target.type)))
}

function paint(group: SVGGElement): void {
  const link = linkOf(group)
  const judgement = link && judgementOf(link)
  const wanted = new Set(judgement && isTypedWire(judgement, link) ? lookOf(judgement) : [])
  for (const name of looks) group.classList.toggle(name, wanted.has(name))
}

function lookOf(judgement: WireJudgement): string[] {
  const { verdict, given, wanted } = judgement
  if (isProblem(judgement)) return ['daisychain-typed', `daisychain-${verdict}`]
  const family = given && familyOf([given])
  const color = family ? [`daisychain-${family}`] : []
  // Unknown in part, such as a vector's length, keeps the type's colour.
  if (verdict === 'unknown') return ['daisychain-typed', 'daisychain-unknown', ...(given && wanted ? color : [])]
  return family ? ['daisychain-typed', ...color] : []
}
