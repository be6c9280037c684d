import type { Ids, LabelSet, Point } from '../../../src/drawing'

const LARGEST_SCALE = 24

/** Pointer events on the sheet, in its own pixels. */
export interface SheetEvents {
  down(at: Point): void
  /** While a pointer is down. */
  move(to: Point): void
  up(): void
  /** Called when the pointer is cancelled, for example by a system gesture: the stroke is discarded. */
  cancel(): void
}

export interface Sheet {
  /** Draws a label map in the next animation frame. */
  show(ids: Ids, set: LabelSet): void
  /** Zooms so that the whole sheet is visible. */
  fit(): void
  /** To be called when the view has been resized. If the whole sheet was visible, it stays so. */
  refit(): void
  /** Zooms by a factor around the centre of the visible part, or around a point on the screen. */
  zoom(factor: number, around?: { x: number; y: number }): void
  /** Sets the diameter of the ring around the pointer, in pixels of the sheet; 0: none. */
  ring(size: number): void
}

/** The zoomable label map, with a ring that shows the brush. */
export function createSheet(view: HTMLElement, on: SheetEvents): Sheet {
  const sheet = view.querySelector('.daisychain-painter-sheet') as HTMLElement
  const canvas = view.querySelector('canvas') as HTMLCanvasElement
  const tip = view.querySelector('.daisychain-painter-tip') as HTMLElement
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  let scale = 1
  let isFitted = true
  let ringSize = 0
  let frame = 0
  let pixels = new ImageData(1, 1)

  function resize(next: number): void {
    scale = next
    sheet.style.width = `${Math.floor(canvas.width * scale)}px`
    sheet.style.height = `${Math.floor(canvas.height * scale)}px`
    tip.style.width = `${ringSize * scale}px`
    tip.style.height = `${ringSize * scale}px`
  }

  const fitting = () => Math.min(view.clientWidth / canvas.width, view.clientHeight / canvas.height)

  const place = ({ clientX, clientY }: MouseEvent): Point => {
    const box = sheet.getBoundingClientRect()
    return { x: (clientX - box.left) / scale, y: (clientY - box.top) / scale }
  }

  followPointer(view, sheet, { ...on, place })
  sheet.addEventListener('pointermove', (event) => {
    const { x, y } = place(event)
    tip.style.transform = `translate(${(x - ringSize / 2) * scale}px, ${(y - ringSize / 2) * scale}px)`
    tip.hidden = ringSize === 0 || event.pointerType === 'touch'
  })
  sheet.addEventListener('pointerleave', () => {
    tip.hidden = true
  })
  tip.hidden = true

  const self: Sheet = {
    show({ width, height, data }, { colors }) {
      const isNew = canvas.width !== width || canvas.height !== height
      if (isNew) {
        Object.assign(canvas, { width, height })
        self.fit()
      }
      if (isNew || pixels.width !== width || pixels.height !== height) pixels = new ImageData(width, height)
      const words = new Uint32Array(pixels.data.buffer)
      const palette = colors.map(([red, green, blue]) => (255 << 24) | (blue << 16) | (green << 8) | red)
      data.forEach((id, i) => {
        words[i] = palette[id] ?? 0
      })
      cancelAnimationFrame(frame)
      frame = requestAnimationFrame(() => context.putImageData(pixels, 0, 0))
    },
    fit() {
      isFitted = true
      resize(fitting())
    },
    refit() {
      if (isFitted) resize(fitting())
    },
    zoom(factor, around) {
      const box = view.getBoundingClientRect()
      const [x, y] = around ? [around.x - box.left, around.y - box.top] : [view.clientWidth / 2, view.clientHeight / 2]
      const before = scale
      isFitted = false
      resize(Math.max(Math.min(fitting(), 1), Math.min(LARGEST_SCALE, scale * factor)))
      view.scrollLeft = ((view.scrollLeft + x) * scale) / before - x
      view.scrollTop = ((view.scrollTop + y) * scale) / before - y
    },
    ring(size) {
      ringSize = size
      resize(scale)
    },
  }
  view.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return
      event.preventDefault()
      self.zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, { x: event.clientX, y: event.clientY })
    },
    { passive: false },
  )
  return self
}

type Places = SheetEvents & { place(event: MouseEvent): Point }

/** The pointer draws. The middle button, or holding Space, moves the sheet. */
function followPointer(view: HTMLElement, sheet: HTMLElement, on: Places): void {
  let pointer: number | null = null
  let panning = false
  let space = false
  view.addEventListener('keydown', (event) => {
    if (event.key !== ' ') return
    space = true
    event.preventDefault()
  })
  view.addEventListener('keyup', ({ key }) => {
    if (key === ' ') space = false
  })
  view.addEventListener('blur', () => {
    space = false
  })
  sheet.addEventListener('pointerdown', (event) => {
    if (pointer !== null || event.button > 1) return
    event.preventDefault()
    view.focus({ preventScroll: true })
    pointer = event.pointerId
    sheet.setPointerCapture(pointer)
    panning = event.button === 1 || space
    if (!panning) on.down(on.place(event))
  })
  sheet.addEventListener('pointermove', (event) => {
    if (event.pointerId !== pointer) return
    if (panning) view.scrollBy(-event.movementX, -event.movementY)
    else for (const part of allOf(event)) on.move(on.place(part))
  })
  const end = (finish: () => void) => (event: PointerEvent) => {
    if (event.pointerId !== pointer) return
    pointer = null
    if (!panning) finish()
  }
  sheet.addEventListener('pointerup', end(on.up))
  sheet.addEventListener('pointercancel', end(on.cancel))
}

/** All positions of a fast pointer between two frames. */
function allOf(event: PointerEvent): PointerEvent[] {
  const parts = event.getCoalescedEvents?.() ?? []
  return parts.length > 0 ? parts : [event]
}
