import { button, element } from '../../../src/editor/dom'
import type { Say } from '../../shared/editor/say'
import { sizeOf } from '../../shared/editor/size'
import type { Progress, VariantState } from './requests'

export interface WeightsActions {
  download(): void
  cancel(): void
}

/**
 * What a dialog says about a variant's weights: description, licence, whether they are downloaded, and what
 * can be done.
 */
export function weightsView(variant: VariantState, say: Say, actions: WeightsActions): HTMLElement {
  return element(
    'div',
    { className: 'daisychain-weights' },
    element('p', {}, variant.about),
    ...variant.pictures.map((src) => element('img', { src, alt: say('world') })),
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
  if (progress) return progressView(progress, [variant], say, actions.cancel)
  if (bundled || present) return [note(say(bundled ? 'bundled' : 'present'), 'fa fa-check')]
  const offer = button(error ? say('again') : say('download', { size: sizeOf(bytes) }), actions.download, {
    look: 'red-ui-button-small primary',
  })
  if (!error) return [note(say('absent')), offer]
  return [
    Object.assign(element('p', { className: 'daisychain-weights-error' }, error), { role: 'alert' }),
    offer,
    offlineWay([variant], say),
  ]
}

/**
 * A download's progress, and a button to cancel it. While it waits for the network, also how to get the files
 * offline.
 */
export function progressView(
  progress: Progress,
  variants: readonly VariantState[],
  say: Say,
  cancel: () => void,
): HTMLElement[] {
  const end = button(say('cancel'), cancel, { look: 'red-ui-button-small' })
  return [progressOf(progress, say), end, ...(progress.step === 'pausing' ? [offlineWay(variants, say)] : [])]
}

/** How to get the files here without internet. Folded at first. */
export function offlineWay(variants: readonly VariantState[], say: Say): HTMLElement {
  const codes = (of: (variant: VariantState) => string) =>
    variants.map((variant) => element('p', {}, element('code', {}, of(variant))))
  return element(
    'details',
    { className: 'daisychain-weights-offline' },
    element('summary', {}, say('offline')),
    element('p', {}, say('offlineFetch')),
    ...codes(({ command }) => command),
    element('p', {}, say('offlineCopy')),
    ...codes(({ folder }) => folder),
  )
}

export function progressOf(progress: Progress, say: Say): HTMLElement {
  const { step, received, total, reason = '', seconds = 0 } = progress
  const bar = Object.assign(element('progress'), { max: total, value: received })
  const sentence = element('span')
  const until = performance.now() + seconds * 1000
  const tell = () => {
    const left = Math.max(0, Math.round((until - performance.now()) / 1000))
    sentence.textContent = say(step, {
      received: sizeOf(received),
      total: sizeOf(total),
      reason,
      seconds: left,
    })
    bar.setAttribute('aria-label', sentence.textContent)
  }
  tell()
  if (step === 'pausing') {
    const clock = setInterval(() => (sentence.isConnected ? tell() : clearInterval(clock)), 1000)
  }
  return element('span', { className: 'daisychain-weights-progress' }, bar, sentence)
}

function note(text: string, icon?: string): HTMLElement {
  return element('span', {}, icon ? element('i', { className: icon }) : null, icon ? ` ${text}` : text)
}
