import { element } from '../../../src/editor/dom'
import type { Say } from '../../shared/editor/say'

/** How an input is shown on the page. */
export interface Look {
  name: string
  label: string
  hidden: boolean
}

export interface FieldList {
  readonly element: HTMLElement
  read(): Look[]
}

/** A list of the page's inputs in their order. Each can be renamed, hidden and moved up. */
export function createFieldList(names: readonly string[], stored: unknown, say: Say): FieldList {
  const kept = (Array.isArray(stored) ? (stored as Look[]) : []).filter(({ name }) => names.includes(name))
  const looks: Look[] = [
    ...kept.map(({ name, label, hidden }) => ({ name, label: label ?? '', hidden: hidden === true })),
    ...names
      .filter((name) => !kept.some((one) => one.name === name))
      .map((name) => ({ name, label: '', hidden: false })),
  ]
  const list = element('div', { id: 'daisychain-serve-looks' })
  show()
  return {
    element: list,
    // If nothing was changed, nothing is saved.
    read: () => (looks.some((one, i) => one.label || one.hidden || one.name !== names[i]) ? looks : []),
  }

  function show(): void {
    list.replaceChildren(...looks.map(row))
  }

  function row(look: Look, at: number): HTMLElement {
    const label = element('input', {
      type: 'text',
      value: look.label,
      placeholder: look.name,
      className: 'daisychain-look-label',
    })
    label.setAttribute('aria-label', `${look.name}: ${say('fieldLabel')}`)
    label.addEventListener('input', () => {
      look.label = label.value
    })
    const hidden = element('input', { type: 'checkbox', checked: look.hidden })
    hidden.style.width = 'auto'
    hidden.addEventListener('change', () => {
      look.hidden = hidden.checked
    })
    const up = element(
      'button',
      { type: 'button', className: 'red-ui-button red-ui-button-small', disabled: at === 0, title: say('fieldUp') },
      '↑',
    )
    up.setAttribute('aria-label', `${look.name}: ${say('fieldUp')}`)
    up.addEventListener('click', () => {
      looks.splice(at - 1, 0, ...looks.splice(at, 1))
      show()
    })
    const hide = element('label', {}, hidden, ` ${say('fieldHidden')}`)
    hide.style.width = 'auto'
    const made = element('div', {}, up, ' ', label, ' ', hide)
    label.style.width = '45%'
    return made
  }
}
