import type { Problem } from '../../flow'
import { button, element } from '../dom'
import { say } from '../shell/words'
import { allProblems, onCheck } from './checks'
import { declaredWrongly } from './declarations'
import { canInsert, canRemove, insertBetween, removeWire, wireAt } from './fix'
import { legend } from './legend'
import { detailsOf, inUsersWords } from './sentence'

const tab = 'daisychain-problems'

/** Adds the sidebar tab "Problems". Returns a function that removes it. */
export function addProblemsTab(): () => void {
  const content = document.createElement('div')
  content.className = 'daisychain-problems'
  const list = document.createElement('ul')
  const summary = document.createElement('p')
  summary.setAttribute('role', 'status')
  content.append(summary, list, legend())
  list.addEventListener('keydown', moveByArrows)
  RED.actions.add('daisychain:show-problems', () => RED.sidebar.show(tab))
  RED.sidebar.addTab({
    id: tab,
    label: say('problemsTab'),
    name: say('problems'),
    iconClass: 'fa fa-chain-broken',
    content,
    action: 'daisychain:show-problems',
    enableOnEdit: true,
  })
  let shown: Problem[] = []
  const show = () => {
    shown = allProblems()
    render(summary, list)
  }
  const unfollow = onCheck(({ touched }) => {
    // Most changes leave the list as it is.
    const problems = allProblems()
    const isSame = problems.length === shown.length && problems.every((problem, i) => problem === shown[i])
    if (!touched || !isSame) show()
  })
  show()
  return () => {
    unfollow()
    RED.sidebar.removeTab(tab)
    RED.actions.remove('daisychain:show-problems')
  }
}

function render(summary: HTMLElement, list: HTMLElement): void {
  const problems = allProblems()
  const number = problems.length
  summary.textContent = number === 0 ? say('allFit') : say('unfit', { count: number })
  summary.classList.toggle('daisychain-fine', problems.length === 0)
  const focused = [...list.children].findIndex((item) => item.contains(document.activeElement))
  list.replaceChildren(...problems.map(item), ...declaredWrongly().map(mistake))
  if (focused >= 0) mainButton(list.children[Math.min(focused, problems.length - 1)])?.focus()
}

/** A list entry about another package, whose mistake can't be fixed here. */
function mistake(sentence: string): HTMLElement {
  return element('li', { className: 'daisychain-problem daisychain-mistake' }, sentence)
}

function item(problem: Problem): HTMLElement {
  const { verdict, converter, to } = problem
  const place = element('span', { className: 'daisychain-problem-place' }, placeOf(to.id))
  const look = { type: 'button', className: 'daisychain-problem-text', title: say('showOnCanvas') } as const
  const jump = element('button', { ...look, onclick: () => reveal(problem) }, inUsersWords(problem), place)
  const row = element('li', { className: `daisychain-problem daisychain-is-${verdict}` }, jump, detailsOf(problem))
  const gap = linkOf(problem)
  if (!gap || RED.workspaces.isLocked(gap.source.z)) return row
  const mend = (act: (link: EditorLink) => void) => () => {
    const link = linkOf(problem)
    reveal(problem)
    if (link) act(link)
  }
  const small = { look: 'red-ui-button-small' }
  const insert = canInsert(gap, converter)
    ? button(
        say('insertConverter'),
        mend((link) => insertBetween(link, converter.type, converter.config)),
        {
          ...{ ...small, title: converter.label },
        },
      )
    : null
  const remove = canRemove(gap) ? button(say('removeWire'), mend(removeWire), small) : null
  row.append(element('div', { className: 'daisychain-problem-fixes' }, insert, remove))
  return row
}

/** Jumps to the wire's tab, brings its end into view and selects it. */
function reveal(problem: Problem): void {
  RED.view.reveal(problem.to.id)
  const link = linkOf(problem)
  if (link) RED.view.select({ links: [link] })
}

function linkOf({ from, to }: Problem): EditorLink | undefined {
  const subflow = RED.nodes.subflow(from.id)
  const source = subflow ? subflow.in[from.port] : (RED.nodes.node(from.id) ?? RED.nodes.junction(from.id))
  const target = RED.nodes.node(to.id) ?? RED.nodes.junction(to.id)
  if (!source || !target) return undefined
  return wireAt({ source, sourcePort: subflow ? 0 : from.port, target })
}

/** The name of the tab or subflow that the node is in. */
function placeOf(id: string): string {
  const z = RED.nodes.node(id)?.z ?? ''
  const subflow = RED.nodes.subflow(z)
  if (subflow) return say('subflowNamed', { name: subflow.name || '' })
  const workspace = RED.nodes.workspace(z)
  return workspace ? String(workspace.label ?? '') : ''
}

function moveByArrows(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (!step || !(event.target instanceof Element)) return
  const row = event.target.closest('li')
  const next = step > 0 ? row?.nextElementSibling : row?.previousElementSibling
  if (!next) return
  event.preventDefault()
  mainButton(next)?.focus()
}

const mainButton = (row: Element | undefined) => row?.querySelector<HTMLElement>('.daisychain-problem-text')
