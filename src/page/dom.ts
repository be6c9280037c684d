import { element } from '../editor/dom'
import { say } from './data'

let count = 0

/** An id that is unique in the document. */
export const freshId = (): string => `f${++count}`

/** A button with a text label. */
export function wordButton(key: string, press: () => void, className = ''): HTMLButtonElement {
  const made = element('button', { type: 'button', className }, say(key))
  made.addEventListener('click', press)
  return made
}

/** A button with an icon, and a name for screen readers. */
export function signButton(sign: string, key: string, press: () => void, className = ''): HTMLButtonElement {
  const made = element('button', { type: 'button', className: `sign ${className}`.trim(), title: say(key) }, sign)
  made.setAttribute('aria-label', say(key))
  made.addEventListener('click', press)
  return made
}

export function hide(target: HTMLElement, isHidden: boolean): void {
  target.hidden = isHidden
}
