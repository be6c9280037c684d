import type { WireJudgement } from '../../flow'
import { isProblem } from '../../types'
import { judgementOf, onCheck } from '../checks/checks'
import { canInsert, canRemove, type Gap, insertBetween, modelsFor, removeWire, wireAt } from '../checks/fix'
import { detailsOf, inUsersWords } from '../checks/sentence'
import { labelOf } from '../checks/suggest'
import { element } from '../dom'
import { say } from '../shell/words'
import { freePlace } from './free-place'
import { canvasBox, nodeBoxes, wireBoxes } from './on-canvas'
import { elementOf } from './wires'

interface Choice {
  text: string
  click(): void
}

/** Explains what is wrong with a wire that was drawn, and offers fixes. */
export function offerFixes(gap: Gap, judgement: WireJudgement): void {
  const remove = () => {
    const link = wireAt(gap)
    if (link) removeWire(link)
  }
  const choices: Choice[] = [...insertions(gap, judgement)]
  if (canRemove(gap)) choices.push({ text: say('removeWire'), click: remove })
  show(say('wireUnfit'), judgement, [...choices, { text: say('keep'), click: () => {} }], gap, true)
}

/** Explains why a wire was refused, and offers fixes. */
export function sayRefused(gap: Gap, judgement: WireJudgement): void {
  const close = { text: say('close'), click: () => {} }
  show(say('wireRefused'), judgement, [...insertions(gap, judgement), close], gap, false)
}

/** Offers to insert the converter, or if there is none, the models that output the required type. */
function insertions(gap: Gap, judgement: WireJudgement): Choice[] {
  const { converter } = judgement
  if (canInsert(gap, converter)) {
    return [{ text: say('insertConverter'), click: () => insertBetween(gap, converter.type, converter.config) }]
  }
  return modelsFor(gap, judgement).map((type) => ({
    text: say('insertNode', { node: labelOf(type) }),
    click: () => insertBetween(gap, type),
  }))
}

/** Stays in the page so that screen readers announce notices added to it. */
let place: HTMLElement | undefined
let close = () => {}
let moved = () => {}

/** Makes the place for notices about wires. Returns a function that removes it. */
export function addWireNotices(): () => void {
  place = element('div', { className: 'daisychain-wire-notices' })
  place.setAttribute('role', 'status')
  place.setAttribute('aria-live', 'polite')
  // Below the editor's dialogs, and outside the canvas, which handles keys itself.
  document.getElementById('red-ui-main-container')?.prepend(place)
  const chart = document.getElementById('red-ui-workspace-chart')
  const move = () => moved()
  const shut = () => close()
  onCheck(move)
  chart?.addEventListener('scroll', move)
  chart?.addEventListener('mouseup', move)
  window.addEventListener('resize', move)
  RED.events.on('view:navigate', move)
  RED.events.on('workspace:change', shut)
  return () => {
    shut()
    place?.remove()
    chart?.removeEventListener('scroll', move)
    chart?.removeEventListener('mouseup', move)
    window.removeEventListener('resize', move)
    RED.events.off('view:navigate', move)
    RED.events.off('workspace:change', shut)
  }
}

/** @param drawn whether the wire exists: the notice disappears with it, for example when it is undone or fixed */
function show(title: string, judgement: WireJudgement, choices: Choice[], gap: Gap, drawn: boolean): void {
  // There is one notice at a time: a new one replaces it.
  close()
  const buttons = choices.map(({ text, click }) => {
    const press = () => {
      close()
      RED.view.focus()
      click()
    }
    return element('button', { type: 'button', onclick: press }, text)
  })
  // Built from text, never from HTML: the sentences hold names that people have typed.
  const card = element(
    'div',
    { className: 'daisychain-wire-notice' },
    element('strong', {}, title),
    element('p', {}, inUsersWords(judgement)),
    detailsOf(judgement),
    element('div', { className: 'daisychain-wire-fixes' }, ...buttons),
  )
  place?.append(card)
  const settle = () => position(card, gap)
  const unfollow = followGap(gap, drawn, () => close())
  close = () => {
    unfollow()
    card.remove()
    moved = () => {}
    close = () => {}
  }
  moved = settle
  settle()
  card.addEventListener('keydown', (event) => {
    const { key, ctrlKey, metaKey, shiftKey } = event
    const isUndo = key === 'z' && (ctrlKey || metaKey) && !shiftKey
    if (key !== 'Escape' && !isUndo) return
    event.preventDefault()
    event.stopPropagation()
    close()
    // The canvas gets the keys again, so undo removes the wire that was just drawn.
    RED.view.focus()
    if (isUndo) RED.actions.invoke('core:undo')
  })
  buttons[0]?.focus({ preventScroll: true })
}

/** Puts the card where it covers neither the wire nor a node. */
function position(card: HTMLElement, { source, sourcePort, target }: Gap): void {
  const chart = document.getElementById('red-ui-workspace-chart')
  const around = card.offsetParent?.getBoundingClientRect()
  if (!chart || !around) return
  const { x, y, width, height } = canvasBox(chart)
  const wire = wireBoxes(elementOf({ source, sourcePort, target }))
  const middle = wire[Math.floor(wire.length / 2)] ?? { x: x + width / 2, y: y + height / 2 }
  const area = { x: x + 8, y: y + 8, width: width - 16, height: height - 16 }
  const size = { width: card.offsetWidth, height: card.offsetHeight }
  const spot = freePlace(size, area, [...nodeBoxes(chart), ...wire], middle)
  card.style.left = `${spot.x - around.left}px`
  card.style.top = `${spot.y - around.top}px`
}

/**
 * Calls `gone` when the wire is removed or fixed, or a node at its ends is removed. Returns a function that
 * stops this.
 */
function followGap(gap: Gap, drawn: boolean, gone: () => void): () => void {
  const linkGone = ({ source, sourcePort, target }: EditorLink) => {
    const isIt = source.id === gap.source.id && sourcePort === gap.sourcePort && target.id === gap.target.id
    if (drawn && isIt) gone()
  }
  const nodeGone = ({ id }: EditorNode) => {
    if (id === gap.source.id || id === gap.target.id) gone()
  }
  const stop = onCheck(() => {
    const link = drawn ? wireAt(gap) : undefined
    const judgement = link && judgementOf(link)
    if (judgement && !isProblem(judgement)) gone()
  })
  RED.events.on('links:remove', linkGone)
  RED.events.on('nodes:remove', nodeGone)
  return () => {
    stop()
    RED.events.off('links:remove', linkGone)
    RED.events.off('nodes:remove', nodeGone)
  }
}
