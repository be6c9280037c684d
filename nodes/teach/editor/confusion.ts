import { element } from '../../../src/editor/dom'
import type { Say } from '../../shared/editor/say'
import type { Shown } from './requests'

/**
 * The confusion matrix: how each example would have been classified without having been learned, one row per
 * class. Null if unknown.
 */
export function confusionOf({ classes, report: { confusion } }: Shown, say: Say): HTMLElement | null {
  if (confusion.length < 2) return null
  const head = element(
    'tr',
    {},
    element('td', {}, say('shownBelow')),
    ...classes.map((name) => element('th', {}, name)),
  )
  const rows = confusion.map((line, own) =>
    element('tr', {}, element('th', {}, classes[own] ?? ''), ...line.map((count, said) => cell(count, own === said))),
  )
  return element(
    'table',
    { className: 'daisychain-teach-confusion' },
    element('caption', {}, say('confusion')),
    head,
    ...rows,
  )
}

function cell(count: number, isRight: boolean): HTMLElement {
  const made = element('td', {}, count > 0 ? String(count) : '')
  if (count > 0) made.className = isRight ? 'daisychain-teach-right' : 'daisychain-teach-confused'
  return made
}
