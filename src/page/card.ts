import { element } from '../editor/dom'
import { data, say } from './data'
import { hide, wordButton } from './dom'
import { showValue } from './result'
import type { Link, RunResult } from './run'

/** A small picture of an input, or its sound, with its label. */
export type Seen = [label: string, src: string, kind: 'img' | 'audio']

/** Shows one run: its inputs next to its outputs, and its progress until it ends. */
export interface Card {
  readonly element: HTMLElement
  waits(place: number, seconds: number): void
  partial(outputs: Record<string, unknown>, progress?: number): void
  done(result: RunResult): void
  failed(sentence: string): void
}

/**
 * @param seen small pictures and the sounds of the inputs, with their labels
 * @param again repeats the run with this id, with the same inputs
 */
export function createCard(seen: Seen[], cancel: () => void, again: (id: string) => void): Card {
  const inputs = element(
    'div',
    { className: 'given' },
    ...seen.map((one) => element('figure', {}, shown(one), element('figcaption', {}, one[0]))),
  )
  const outputs = element('div', { className: 'made' })
  const bar = element('progress', {})
  bar.setAttribute('aria-label', say('working'))
  const state = element('span', {}, say('sending'))
  const busy = element(
    'div',
    { className: 'busy' },
    bar,
    element('div', { className: 'row' }, state, wordButton('cancel', cancel)),
  )
  const card = element(
    'article',
    { className: 'card' },
    busy,
    element('div', { className: 'sides' }, ...(seen.length > 0 ? [inputs] : []), outputs),
  )
  card.setAttribute('aria-label', say('result'))

  function show(values: Record<string, unknown>, links: Link[] = []): void {
    const made = Object.entries(values)
    const several = made.length > 1
    outputs.replaceChildren(
      ...made.map(([name, value]) => {
        const field = data.outputs.find((one) => one.name === name)
        return element(
          'section',
          {},
          ...(several ? [element('h2', {}, field?.label ?? name)] : []),
          showValue(value, field),
        )
      }),
      ...(links.length > 0 ? [stepsOf(links)] : []),
    )
  }

  return {
    element: card,
    waits(place, seconds) {
      state.textContent = place > 0 ? say('inLine', { place, seconds }) : say('working')
    },
    partial(values, progress) {
      if (progress === undefined) bar.removeAttribute('value')
      else bar.value = progress
      show(values)
    },
    done(result) {
      hide(busy, true)
      show(result.outputs, result.links)
      const { id, ms, models, version = '' } = result
      const facts = [say('took', { seconds: (ms / 1000).toFixed(1) })]
      if (models && models.length > 0) facts.push(say('madeBy', { models: models.join(', '), version }))
      outputs.append(
        element(
          'div',
          { className: 'row' },
          ...(id ? [wordButton('again', () => again(id))] : []),
          element('span', { className: 'note' }, facts.join(' · ')),
        ),
      )
    },
    failed(sentence) {
      hide(busy, true)
      const said = element('p', { className: 'error' }, sentence)
      said.setAttribute('role', 'alert')
      outputs.replaceChildren(said)
    },
  }
}

function shown([label, src, kind]: Seen): HTMLElement {
  if (kind === 'img') return element('img', { src, alt: label })
  const player = element('audio', { src, controls: true })
  player.setAttribute('aria-label', label)
  return player
}

function stepsOf(links: Link[]): HTMLElement {
  const steps = links.map(({ node, outputs }) =>
    element(
      'section',
      {},
      element('h2', {}, node),
      ...Object.entries(outputs).map(([label, value]) => showValue(value, { label, type: { type: 'any' } })),
    ),
  )
  return element('details', { className: 'steps', open: true }, element('summary', {}, say('steps')), ...steps)
}
