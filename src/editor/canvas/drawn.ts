import type { WireJudgement } from '../../flow'
import { isProblem } from '../../types'
import { current } from '../checks/checks'
import { endOf, isSubflowPort } from '../checks/graph'
import { readSettings } from '../shell/settings'
import { offerFixes, sayRefused } from './notice'

interface Wrong {
  link: EditorLink
  judgement: WireJudgement
}

let added: { link: EditorLink; isPulled: boolean }[] = []
let removed: EditorLink[] = []

/**
 * Watches for wires that a person draws, or makes by dropping a node on a wire, and warns of those that do
 * not fit or refuses them. Returns a function that stops this.
 */
export function watchDrawnWires(): () => void {
  // A microtask runs after the editor has put the wires into its history and before it draws them.
  const soon = () => {
    if (added.length + removed.length === 0) queueMicrotask(judgeAdded)
  }
  const add = (link: EditorLink) => {
    if (link.link) return
    soon()
    // Undocumented: only a wire pulled by hand is added in these states, not one imported, pasted or redone.
    const state = RED.view.state()
    added.push({ link, isPulled: state === RED.state.JOINING || state === RED.state.QUICK_JOINING })
  }
  const remove = (link: EditorLink) => {
    soon()
    removed.push(link)
  }
  RED.events.on('links:add', add)
  RED.events.on('links:remove', remove)
  return () => {
    RED.events.off('links:add', add)
    RED.events.off('links:remove', remove)
  }
}

function judgeAdded(): void {
  const links = added
  const gone = removed
  added = []
  removed = []
  const pulled = links.filter(({ isPulled }) => isPulled).map(({ link }) => link)
  const splice = spliceOf(
    links.map(({ link }) => link),
    gone,
  )
  if (splice) judge(splice.links, () => unsplice(splice))
  else if (pulled.length > 0) judge(pulled, (wrong) => refuse(pulled, wrong))
}

/** A node that was dropped on a wire: the two new wires, the old one, and the step in the history. */
interface Splice {
  links: EditorLink[]
  old: EditorLink
  step: HistoryEvent
}

/**
 * Recognises a splice by its step in the history. Imports and undo also add and remove wires, but leave no
 * such step.
 */
function spliceOf(links: readonly EditorLink[], gone: readonly EditorLink[]): Splice | null {
  if (links.length !== 2 || gone.length !== 1) return null
  const last = RED.history.peek()
  const steps = last ? (last.events ?? [last]) : []
  const step = steps.find((one) => links.every((link) => one.links?.includes(link)))
  const old = gone[0] as EditorLink
  return step?.removedLinks?.includes(old) ? { links: [...links], old, step } : null
}

/** Restores the old wire. The node stays where it was dropped. */
function unsplice({ links, old, step }: Splice): void {
  step.links = step.links?.filter((link) => !links.includes(link))
  step.removedLinks = step.removedLinks?.filter((link) => link !== old)
  for (const link of links) RED.nodes.removeLink(link)
  RED.nodes.addLink(old)
  RED.view.redraw(true)
}

function judge(links: readonly EditorLink[], refuseThem: (wrong: Set<EditorLink>) => void): void {
  const checker = current()
  if (!checker) return
  const wrong = links.flatMap((link): Wrong[] => {
    if (isSubflowPort(link.target) || isFreshInject(link.source)) return []
    const judgement = checker.judge(endOf(link.source, link.sourcePort), { id: link.target.id })
    return isProblem(judgement) ? [{ link, judgement }] : []
  })
  const [first] = wrong
  if (!first) return
  if (readSettings().wrongWires === 'warn') {
    offerFixes({ ...first.link }, first.judgement)
  } else {
    refuseThem(new Set(wrong.map(({ link }) => link)))
    sayRefused({ ...first.link }, first.judgement)
  }
}

/**
 * Whether an inject node still has its default settings: its timestamp is then nobody's choice, so the wire
 * isn't judged.
 */
export function isFreshInject(source: EditorLink['source']): boolean {
  const { type, props, payload, payloadType } = source as Partial<Record<string, unknown>>
  const isUntouched = !Array.isArray(props) || props.every(({ p }) => p === 'payload' || p === 'topic')
  return type === 'inject' && payloadType === 'date' && (payload ?? '') === '' && isUntouched
}

/** Removes the wires before they are drawn. */
function refuse(all: EditorLink[], wrong: Set<EditorLink>): void {
  const event = RED.history.peek()
  const nothingElse =
    all.length === wrong.size &&
    event?.t === 'add' &&
    !event.nodes?.length &&
    (event.links ?? []).every((link) => wrong.has(link))
  if (nothingElse) {
    // Works like an undo, which also restores a wire that was moved and the state of the Deploy button.
    RED.history.pop()
  } else {
    for (const part of event?.events ?? (event ? [event] : [])) {
      if (part.links) part.links = part.links.filter((link) => !wrong.has(link))
    }
    for (const link of wrong) RED.nodes.removeLink(link)
  }
  RED.view.redraw(true)
}
