import { element } from '../../../src/editor/dom'

/** Pictures to choose from. */
export interface Grid {
  /** Sets the picture of a cell. */
  show(cell: number, picture: string): void
  /** Dims the cells while their pictures are out of date. */
  wait(): void
  /** Marks the chosen cell; null: none. */
  mark(cell: number | null): void
}

export interface GridEvents {
  pick(cell: number): void
  keep(cell: number): void
}

/**
 * Fills an element with cells. A click chooses one, and its plus button keeps it. With the keyboard: arrow
 * keys, Enter and K.
 */
export function createGrid(
  root: HTMLElement,
  size: { columns: number; rows: number },
  words: GridWords,
  on: GridEvents,
): Grid {
  const cells = Array.from({ length: size.columns * size.rows }, (_, number) => {
    const image = new Image()
    image.alt = ''
    const pick = button('daisychain-explorer-pick', words.pick)
    pick.tabIndex = number === 0 ? 0 : -1
    pick.append(image)
    const keep = button('daisychain-explorer-keep', words.keep)
    keep.tabIndex = -1
    keep.innerHTML = '<i class="fa fa-plus"></i>'
    pick.addEventListener('click', () => on.pick(number))
    keep.addEventListener('click', () => on.keep(number))
    const cell = element('div', { className: 'daisychain-explorer-cell daisychain-explorer-waiting' }, pick, keep)
    return { element: cell, pick, image }
  })
  root.style.setProperty('--columns', String(size.columns))
  root.replaceChildren(...cells.map(({ element }) => element))

  const moves: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -size.columns,
    ArrowDown: size.columns,
  }
  root.addEventListener('keydown', (event) => {
    const from = cells.findIndex(({ pick }) => pick === document.activeElement)
    if (from < 0 || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key.toLowerCase() === 'k') {
      event.preventDefault()
      return on.keep(from)
    }
    const to = from + (moves[event.key] ?? 0)
    const cell = cells[to]
    if (to === from || !cell) return
    event.preventDefault()
    for (const { pick } of cells) pick.tabIndex = -1
    cell.pick.tabIndex = 0
    cell.pick.focus()
  })

  return {
    show(number, picture) {
      const cell = cells[number]
      if (!cell) return
      cell.image.src = picture
      cell.element.classList.remove('daisychain-explorer-waiting')
    },
    wait() {
      for (const { element } of cells) element.classList.add('daisychain-explorer-waiting')
    },
    mark(chosen) {
      for (const [number, { pick }] of cells.entries()) pick.setAttribute('aria-pressed', String(number === chosen))
    },
  }
}

export interface GridWords {
  pick: string
  keep: string
}

/** A button that is only a picture or an icon; its title is also its accessible name. */
export const button = (className: string, title: string): HTMLButtonElement =>
  element('button', { type: 'button', className, title, ariaLabel: title })
