import type { LabelSet } from '../../../src/drawing'
import { toHex } from '../../../src/types'

/** From this number of labels on, there is a search field. */
const MANY = 25

export interface Palette {
  /** Shows these labels. Those with ids from `extra` on are marked as unknown to the next model. */
  show(set: LabelSet, extra: number): void
  /** The id of the label to paint with. */
  readonly chosen: number
  choose(id: number): void
}

/**
 * The list of labels, each with a colour and a name; one is chosen.
 * @param nameOf the displayed name of a label. The search finds both this name and the label
 */
export function createPalette(
  list: HTMLElement,
  find: HTMLInputElement,
  extraText: string,
  nameOf: (label: string) => string,
): Palette {
  let chosen = 0
  list.addEventListener('change', (event) => {
    if (event.target instanceof HTMLInputElement) chosen = Number(event.target.value)
  })
  find.addEventListener('input', () => {
    const words = find.value.trim().toLowerCase()
    for (const row of list.querySelectorAll<HTMLElement>('[data-label]')) {
      const names = `${row.textContent} ${row.dataset.label}`.toLowerCase()
      row.hidden = !names.includes(words)
    }
  })

  const palette: Palette = {
    get chosen() {
      return chosen
    },
    choose(id) {
      chosen = id
      const field = list.querySelector<HTMLInputElement>(`input[value="${id}"]`)
      if (!field) return
      field.checked = true
      field.parentElement?.scrollIntoView({ block: 'nearest' })
    },
    show({ labels, colors }, extra) {
      const rows = labels.flatMap((label, id) => {
        if (!label) return []
        const color = colors[id]
        return [row(id, label, nameOf(label), color ? toHex(color) : '#808080', id >= extra ? extraText : '')]
      })
      list.replaceChildren(...rows)
      find.hidden = rows.length < MANY
      find.value = ''
      palette.choose(labels[chosen] ? chosen : labels.findIndex(Boolean))
    },
  }
  return palette
}

function row(id: number, label: string, shown: string, color: string, warning: string): HTMLElement {
  const field = document.createElement('input')
  Object.assign(field, { type: 'radio', name: 'daisychain-painter-label', value: String(id) })
  const swatch = document.createElement('span')
  swatch.className = 'daisychain-painter-swatch'
  swatch.style.background = color
  const name = document.createElement('span')
  name.textContent = shown
  const element = document.createElement('label')
  element.title = warning ? `${label}: ${warning}` : label
  element.dataset.label = label
  element.classList.toggle('daisychain-painter-extra', warning !== '')
  element.append(field, swatch, name)
  return element
}
