import { button } from './grid'
import type { Kept } from './kept'

export interface StripEvents {
  pick(id: number): void
  rename(id: number, name: string): void
  move(id: number, to: number): void
  duplicate(id: number): void
  remove(id: number): void
}

export interface StripWords {
  pick: string
  name: string
  left: string
  right: string
  duplicate: string
  remove: string
}

export interface Strip {
  /** Shows these points, in this order. @param focus the id of the one that gets the keyboard focus */
  show(points: readonly Kept[], focus?: number): void
  picture(id: number, picture: string): void
  /** Marks the point being viewed; null: none. */
  mark(id: number | null): void
}

/**
 * The kept points as a strip of pictures, in the order of the walk. They can be chosen, named, moved, copied
 * and deleted.
 */
export function createStrip(root: HTMLElement, words: StripWords, on: StripEvents): Strip {
  const pictures = new Map<number, string>()
  let marked: number | null = null
  let dragged: number | null = null

  function card({ id, name }: Kept, number: number, count: number): HTMLElement {
    const element = document.createElement('li')
    element.className = 'daisychain-explorer-card'
    element.dataset.id = String(id)
    element.draggable = true

    const image = new Image()
    image.alt = ''
    image.draggable = false
    const picture = pictures.get(id)
    if (picture) image.src = picture
    const badge = document.createElement('span')
    badge.className = 'daisychain-explorer-number'
    badge.textContent = String(number + 1)
    const pick = button('daisychain-explorer-pick', `${number + 1}: ${name}. ${words.pick}`)
    pick.setAttribute('aria-pressed', String(id === marked))
    pick.append(image, badge)
    pick.addEventListener('click', () => on.pick(id))

    const field = document.createElement('input')
    Object.assign(field, { type: 'text', value: name, title: words.name, maxLength: 60 })
    field.setAttribute('aria-label', words.name)
    field.addEventListener('input', () => on.rename(id, field.value))
    // Dragging is off while a name has the focus, so that the mouse can select its text.
    field.addEventListener('focus', () => {
      element.draggable = false
    })
    field.addEventListener('blur', () => {
      element.draggable = true
    })

    const tools = document.createElement('span')
    tools.className = 'daisychain-explorer-tools'
    const tool = (icon: string, title: string, act: () => void, isOff = false) => {
      const made = button('', title)
      made.innerHTML = `<i class="fa fa-${icon}"></i>`
      made.disabled = isOff
      made.addEventListener('click', act)
      tools.append(made)
    }
    tool('chevron-left', words.left, () => on.move(id, number - 1), number === 0)
    tool('clone', words.duplicate, () => on.duplicate(id))
    tool('trash-o', words.remove, () => on.remove(id))
    tool('chevron-right', words.right, () => on.move(id, number + 1), number === count - 1)

    pick.addEventListener('keydown', (event) => {
      const act = keyed(event, id, number, count)
      if (!act) return
      event.preventDefault()
      event.stopPropagation()
      act()
    })
    element.addEventListener('dragstart', (event) => {
      dragged = id
      event.dataTransfer?.setData('text/plain', name)
    })
    element.addEventListener('dragover', (event) => {
      if (dragged === null || dragged === id) return
      event.preventDefault()
      element.classList.add('daisychain-explorer-target')
    })
    element.addEventListener('dragleave', () => element.classList.remove('daisychain-explorer-target'))
    element.addEventListener('drop', (event) => {
      event.preventDefault()
      if (dragged !== null) on.move(dragged, number)
    })
    element.addEventListener('dragend', () => {
      dragged = null
    })
    element.append(pick, field, tools)
    return element
  }

  function keyed(event: KeyboardEvent, id: number, number: number, count: number): (() => void) | null {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (by && event.altKey) {
      const to = number + by
      return to >= 0 && to < count ? () => on.move(id, to) : () => {}
    }
    if (by) return () => pickOf(root.children[number + by])?.focus()
    if (event.key === 'Delete') return () => on.remove(id)
    if (event.key.toLowerCase() === 'd' && (event.ctrlKey || event.metaKey)) return () => on.duplicate(id)
    return null
  }

  return {
    show(points, focus) {
      root.replaceChildren(...points.map((point, number) => card(point, number, points.length)))
      const target = root.querySelector(`[data-id="${focus}"]`)
      target?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
      pickOf(target)?.focus({ preventScroll: true })
    },
    picture(id, picture) {
      pictures.set(id, picture)
      const image = root.querySelector<HTMLImageElement>(`[data-id="${id}"] img`)
      if (image) image.src = picture
    },
    mark(id) {
      marked = id
      for (const element of root.children) {
        pickOf(element)?.setAttribute('aria-pressed', String((element as HTMLElement).dataset.id === String(id)))
      }
    },
  }
}

function pickOf(card: Element | null | undefined): HTMLElement | null {
  return card?.querySelector<HTMLElement>('.daisychain-explorer-pick') ?? null
}
