import { button, element } from '../../../src/editor/dom'
import { readableSize } from '../../../src/files/readable-size'
import type { Say } from '../../shared/editor/say'
import type { Progress, VariantState } from './requests'

export interface WeightsActions {
  download(): void
  cancel(): void
}

/** What a dialog says of a variant's weights: about, licence, and whether they are there, with what can be done. */
export function weightsView(variant: VariantState, say: Say, actions: WeightsActions): HTMLElement {
  return element(
    'div',
    { className: 'daisychain-weights' },
    element('p', {}, variant.about),
    licenceOf(variant, say),
    element('div', { className: 'daisychain-weights-state' }, ...stateOf(variant, say, actions)),
  )
}

function licenceOf({ licence, licenceUrl, nonCommercial }: VariantState, say: Say): HTMLElement {
  const [before = '', after = ''] = say('licence', { licence: '\n' }).split('\n')
  const name = licenceUrl ? link(licence, licenceUrl) : licence
  const mark = nonCommercial ? element('span', { className: 'daisychain-weights-mark' }, say('nonCommercial')) : null
  return element('p', {}, before, name, after, mark)
}

function link(text: string, url: string): HTMLAnchorElement {
  return Object.assign(element('a', {}, text), { href: url, target: '_blank', rel: 'noopener noreferrer' })
}

function stateOf(variant: VariantState, say: Say, actions: WeightsActions): HTMLElement[] {
  const { bundled, present, progress, bytes, error } = variant
  if (progress)
    return [progressOf(progress, say), button(say('cancel'), actions.cancel, { look: 'red-ui-button-small' })]
  if (bundled || present) return [note(say(bundled ? 'bundled' : 'present'), 'fa fa-check')]
  const offer = button(error ? say('again') : say('download', { size: readableSize(bytes) }), actions.download, {
    look: 'red-ui-button-small primary',
  })
  if (!error) return [note(say('absent')), offer]
  return [Object.assign(element('p', { className: 'daisychain-weights-error' }, error), { role: 'alert' }), offer]
}

function progressOf(progress: Progress, say: Say): HTMLElement {
  const { step, received, total, reason = '' } = progress
  const bar = Object.assign(element('progress'), { max: total, value: received })
  const words = { received: readableSize(received), total: readableSize(total), reason }
  bar.setAttribute('aria-label', say(step, words))
  return element('span', { className: 'daisychain-weights-progress' }, bar, element('span', {}, say(step, words)))
}

function note(text: string, icon?: string): HTMLElement {
  return element('span', {}, icon ? element('i', { className: icon }) : null, icon ? ` ${text}` : text)
}
