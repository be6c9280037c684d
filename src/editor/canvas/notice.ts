import type { WireJudgement } from '../../flow'
import { isProblem } from '../../types'
import { judgementOf, onCheck } from '../checks/checks'
import { canInsert, canRemove, type Gap, insertConverter, removeWire, wireAt } from '../checks/fix'
import { say } from '../shell/words'

interface Choice {
  text: string
  primary?: boolean
  click(): void
}

/** Says what is wrong with a wire that was drawn, and offers what would help. */
export function offerFixes(gap: Gap, { message, converter }: WireJudgement): void {
  const remove = () => {
    const link = wireAt(gap)
    if (link) removeWire(link)
  }
  const choices: Choice[] = [{ text: say('keep'), click: () => {} }]
  if (canRemove(gap)) choices.unshift({ text: say('removeWire'), click: remove })
  if (canInsert(gap, converter))
    choices.unshift({ text: say('insertConverter'), primary: true, click: () => insertConverter(gap, converter) })
  notify(say('wireUnfit'), message, choices, gap, true)
}

/** Says why a wire was not made, and offers the converter that would help. */
export function sayRefused(gap: Gap, { message, converter }: WireJudgement): void {
  const choices: Choice[] = [{ text: say('close'), click: () => {} }]
  if (canInsert(gap, converter))
    choices.unshift({ text: say('insertConverter'), primary: true, click: () => insertConverter(gap, converter) })
  notify(say('wireRefused'), message, choices, gap, false)
}

let unfollow = () => {}
/** Closes the notice where its wire has become right, as when a setting was changed. */
let mended = () => {}
onCheck(() => mended())

/** Calls `gone` when the wire is taken away, or a node at its ends. Returns how to stop. */
function followGap(gap: Gap, drawn: boolean, gone: () => void): () => void {
  const linkGone = ({ source, sourcePort, target }: EditorLink) => {
    const isIt = source.id === gap.source.id && sourcePort === gap.sourcePort && target.id === gap.target.id
    if (drawn && isIt) gone()
  }
  mended = () => {
    const link = drawn ? wireAt(gap) : undefined
    const judgement = link && judgementOf(link)
    if (judgement && !isProblem(judgement)) gone()
  }
  const nodeGone = ({ id }: EditorNode) => {
    if (id === gap.source.id || id === gap.target.id) gone()
  }
  RED.events.on('links:remove', linkGone)
  RED.events.on('nodes:remove', nodeGone)
  return () => {
    mended = () => {}
    RED.events.off('links:remove', linkGone)
    RED.events.off('nodes:remove', nodeGone)
  }
}

/** @param drawn whether the wire is there: the notice goes with it, as when the drawing is undone */
function notify(title: string, message: string, choices: Choice[], gap: Gap, drawn: boolean): void {
  // Built from text, never from HTML: the sentences hold names that people have typed.
  const content = document.createElement('div')
  content.className = 'daisychain-notice'
  content.append(paragraph(title, 'strong'), paragraph(message))
  const back = document.activeElement
  const notification = RED.notify(content, {
    type: 'warning',
    id: 'daisychain-wire',
    fixed: true,
    buttons: choices.map(({ text, primary, click }) => ({
      text,
      class: primary ? 'primary' : undefined,
      click: () => {
        close()
        click()
        if (back instanceof HTMLElement) back.focus()
        else RED.view.focus()
      },
    })),
  })
  const close = () => {
    unfollow()
    notification.close()
  }
  // There is one notice at a time: the next one takes the place of the one before.
  unfollow()
  unfollow = followGap(gap, drawn, close)
  const shown = content.closest('.red-ui-notification')
  shown?.addEventListener('keydown', (event) => {
    const { key, ctrlKey, metaKey, shiftKey } = event as KeyboardEvent
    const isUndo = key === 'z' && (ctrlKey || metaKey) && !shiftKey
    if (key !== 'Escape' && !isUndo) return
    event.preventDefault()
    event.stopPropagation()
    close()
    // The canvas hears the keys again, and undoes the wire that was just drawn.
    RED.view.focus()
    if (isUndo) RED.actions.invoke('core:undo')
  })
  shown?.querySelector<HTMLElement>('button')?.focus({ preventScroll: true })
}

function paragraph(text: string, tag: 'span' | 'strong' = 'span'): HTMLElement {
  const element = document.createElement('p')
  const inner = document.createElement(tag)
  inner.textContent = text
  element.append(inner)
  return element
}
