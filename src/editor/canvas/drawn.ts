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

let drawn: EditorLink[] = []

/** Watches for wires that a person draws, and warns of those that do not fit or refuses them. Returns how to stop. */
export function watchDrawnWires(): () => void {
  const listener = (link: EditorLink) => {
    // Undocumented: only a wire pulled by hand is added in these states, not one imported, pasted or redone.
    const state = RED.view.state()
    if (link.link || (state !== RED.state.JOINING && state !== RED.state.QUICK_JOINING)) return
    // After the editor has put the wire into its history, and before it is drawn.
    if (drawn.length === 0) queueMicrotask(judgeDrawn)
    drawn.push(link)
  }
  RED.events.on('links:add', listener)
  return () => RED.events.off('links:add', listener)
}

function judgeDrawn(): void {
  const links = drawn
  drawn = []
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
    refuse(links, new Set(wrong.map(({ link }) => link)))
    sayRefused({ ...first.link }, first.judgement)
  }
}

/** An inject node as it comes from the palette: nobody chose that it sends the time. */
export function isFreshInject(source: EditorLink['source']): boolean {
  const { type, props, payload, payloadType } = source as Partial<Record<string, unknown>>
  const isUntouched = !Array.isArray(props) || props.every(({ p }) => p === 'payload' || p === 'topic')
  return type === 'inject' && payloadType === 'date' && (payload ?? '') === '' && isUntouched
}

/** Unmakes wires before they are seen. */
function refuse(all: EditorLink[], wrong: Set<EditorLink>): void {
  const event = RED.history.peek()
  const nothingElse =
    all.length === wrong.size &&
    event?.t === 'add' &&
    !event.nodes?.length &&
    (event.links ?? []).every((link) => wrong.has(link))
  if (nothingElse) {
    // As if the user undid it: also brings back the wire that was moved, and the state of the Deploy button.
    RED.history.pop()
  } else {
    for (const part of event?.events ?? (event ? [event] : [])) {
      if (part.links) part.links = part.links.filter((link) => !wrong.has(link))
    }
    for (const link of wrong) RED.nodes.removeLink(link)
  }
  RED.view.redraw(true)
}
