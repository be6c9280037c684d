import { button, element } from '../../../src/editor/dom'
import type { Say } from '../../shared/editor/say'
import { holdToRecord } from './hold'
import type { Requests, Shown } from './requests'

/** What columns need from the dialog. */
export interface Actions {
  requests: Requests
  say: Say
  /** Waits for a request, and shows the resulting state. */
  act(work: Promise<Shown>): void
  chosen: Set<number>
  choose(id: number): void
  /** Says that a recording has got nothing so far. */
  miss(): void
}

/** After this many requests without a new example, a recording says that nothing arrives: two seconds. */
const MISSED = 5
/** More pictures would make the dialog slow; the others are only counted. */
export const MAX_SHOWN = 120

/** The examples of one class, or of one set of numbers. */
export function columnOf(
  name: string,
  meaning: string | number[],
  shown: Shown,
  { requests, say, act, chosen, choose, miss }: Actions,
): HTMLElement {
  const examples = shown.examples.filter((example) => String(example.meaning) === name)
  const isClass = typeof meaning === 'string'
  const title = element('input', {
    ...{ type: 'text', value: name, className: 'daisychain-teach-name', readOnly: !isClass },
    ...{ title: say('rename'), maxLength: 80 },
  })
  title.setAttribute('aria-label', say('rename'))
  title.addEventListener('change', () => {
    if (title.value.trim() && title.value !== name) act(requests.edit({ do: 'rename', name, to: title.value }))
    else title.value = name
  })
  const remove = button(
    '',
    () => act(requests.edit(isClass ? { do: 'remove', name } : { do: 'delete', ids: examples.map(({ id }) => id) })),
    { icon: 'trash-o', look: 'red-ui-button-small', title: say('removeClass', { name }) },
  )
  const record = button(say('hold'), () => {}, {
    icon: 'circle',
    look: 'daisychain-teach-record',
    title: say('holdAbout'),
  })
  let [had, missed] = [-1, 0]
  holdToRecord(
    record,
    async () => {
      const { length } = (await requests.record(meaning)).examples
      missed = length === had ? missed + 1 : 0
      had = length
      if (missed === MISSED) miss()
    },
    () => {
      had = -1
      act(requests.record(null))
    },
  )
  const grid = element('div', { className: 'daisychain-teach-grid' })
  const tried = shown.report.tried
  for (const { id, picture } of examples.slice(-MAX_SHOWN).reverse()) grid.append(thumbnail(id, picture))
  const column = element(
    'section',
    { className: 'daisychain-teach-class' },
    element('div', { className: 'daisychain-teach-head' }, title, remove),
    record,
    element('p', { className: 'daisychain-teach-count' }, say('examples', { count: examples.length })),
    grid,
  )
  column.dataset.name = name
  if (isClass) takeDropped(column)
  return column

  function thumbnail(id: number, tag: string | null): HTMLElement {
    const doubt = tried[id]
    const isWrong = doubt !== undefined && doubt.said !== name
    const title = doubt
      ? say(isWrong ? 'takenFor' : 'toldRight', { said: doubt.said, percent: Math.round(100 * doubt.likely) })
      : say('example', { id })
    const picture = tag ? element('img', { src: requests.picture(id, tag), alt: title, loading: 'lazy' }) : `${id}`
    const example = element(
      'button',
      { type: 'button', className: 'daisychain-teach-example', title, draggable: true },
      picture,
    )
    example.dataset.id = String(id)
    example.setAttribute('aria-pressed', String(chosen.has(id)))
    example.classList.toggle('daisychain-teach-wrong', isWrong)
    example.addEventListener('click', () => choose(id))
    example.addEventListener('keydown', (event) => {
      if (event.key === 'Delete') act(requests.edit({ do: 'delete', ids: [id] }))
    })
    example.addEventListener('dragstart', (event) => event.dataTransfer?.setData('text/plain', String(id)))
    return example
  }

  function takeDropped(onto: HTMLElement): void {
    onto.addEventListener('dragover', (event) => event.preventDefault())
    onto.addEventListener('drop', (event) => {
      event.preventDefault()
      const id = Number(event.dataTransfer?.getData('text/plain'))
      if (Number.isInteger(id) && id > 0) act(requests.edit({ do: 'move', ids: [id], to: name }))
    })
  }
}
