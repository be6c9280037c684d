/** Tiles of the map behind the pad. They are square, so the pad has the same proportions. */
export const MAP = { columns: 5, rows: 3 }

export interface Pad {
  /**
   * Moves the mark. The centre is 0, 0; x is -1 at the left edge and 1 at the right, and y has the same
   * scale.
   */
  place(x: number, y: number): void
  /** Sets the picture of a map tile. */
  tile(number: number, picture: string): void
  /** Dims the map while its tiles show another plane. */
  wait(): void
}

/** The position of a tile's centre on the pad. */
export function middleOf(tile: number): { x: number; y: number } {
  const scale = 2 / MAP.columns
  const column = tile % MAP.columns
  const row = Math.floor(tile / MAP.columns)
  return { x: (column + 0.5) * scale - 1, y: MAP.rows / MAP.columns - (row + 0.5) * scale }
}

/** A surface to move on, by pointer and by arrow keys. @param moved to where the mark was moved */
export function createPad(surface: HTMLElement, moved: (x: number, y: number) => void): Pad {
  const height = MAP.rows / MAP.columns
  const map = document.createElement('div')
  map.className = 'daisychain-explorer-map'
  const tiles = Array.from({ length: MAP.columns * MAP.rows }, () => {
    const image = new Image()
    image.alt = ''
    return image
  })
  map.append(...tiles)
  const mark = document.createElement('div')
  mark.className = 'daisychain-explorer-mark'
  surface.replaceChildren(map, mark)
  let at = { x: 0, y: 0 }

  const go = (x: number, y: number) => {
    pad.place(Math.max(-1, Math.min(1, x)), Math.max(-height, Math.min(height, y)))
    moved(at.x, at.y)
  }
  const follow = ({ clientX, clientY }: PointerEvent) => {
    const box = surface.getBoundingClientRect()
    go(((clientX - box.left) / box.width) * 2 - 1, (0.5 - (clientY - box.top) / box.height) * 2 * height)
  }
  surface.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return
    event.preventDefault()
    surface.focus({ preventScroll: true })
    surface.setPointerCapture(event.pointerId)
    follow(event)
  })
  surface.addEventListener('pointermove', (event) => {
    if (surface.hasPointerCapture(event.pointerId)) follow(event)
  })
  const steps: Record<string, [number, number]> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, 1],
    ArrowDown: [0, -1],
  }
  surface.addEventListener('keydown', (event) => {
    const step = steps[event.key]
    if (!step && event.key !== 'Home') return
    event.preventDefault()
    if (!step) return go(0, 0)
    const by = event.shiftKey ? 0.2 : 0.05
    go(at.x + step[0] * by, at.y + step[1] * by)
  })

  const pad: Pad = {
    place(x, y) {
      at = { x, y }
      mark.style.left = `${(x + 1) * 50}%`
      mark.style.top = `${(1 - y / height) * 50}%`
      const round = (number: number) => Math.round(number * 100) / 100
      surface.setAttribute('aria-valuetext', `${round(x)}, ${round(y)}`)
      surface.setAttribute('aria-valuenow', String(round(x)))
    },
    tile(number, picture) {
      const image = tiles[number]
      if (!image) return
      image.src = picture
      image.classList.remove('daisychain-explorer-waiting')
    },
    wait() {
      for (const image of tiles) image.classList.add('daisychain-explorer-waiting')
    },
  }
  pad.place(0, 0)
  return pad
}
