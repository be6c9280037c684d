import {
  blank,
  copyOf,
  type Drawing,
  firstDrawing,
  inLabels,
  readDrawing,
  roomDrawing,
  type StoredDrawing,
  storeDrawing,
  stretch,
} from '../../../src/drawing'
import { labelName } from '../../../src/editor/shell/words'
import { createHistory } from '../../shared/editor/history'
import { createFollower } from './follow'
import { keyOf } from './keys'
import { createPalette } from './label-list'
import { createSheet } from './sheet'
import { offerSizes } from './sizes'
import { createStrokes } from './strokes'
import { startStroke, TOOLS, type Tool } from './tools'
import { offerTracing } from './tracing'
import { wantedLabels } from './wanted'

const STEPS = 100
/** Milliseconds between two drawings sent while drawing. */
const INTERVAL = 100

export interface Painter {
  /** Closes the painter and returns the drawing to store; undefined if it is unchanged. */
  close(): StoredDrawing
  /** To be called when the dialog's size has changed. */
  resize(): void
}

/** Starts the painter in a paint node's edit dialog. */
export function openPainter(node: EditorNode): Painter {
  const root = document.getElementById('daisychain-painter') as HTMLElement
  const find = <E extends HTMLElement>(id: string) => document.getElementById(`daisychain-painter-${id}`) as E
  const part = <E extends HTMLElement>(selector: string) => root.querySelector(selector) as E
  const say = (key: string, words?: Record<string, unknown>) => (node._ as Translate)(`paint.${key}`, words)

  const wanted = wantedLabels(node.id)
  const stored = readStored(node)
  const about = part('.daisychain-painter-about')
  about.textContent = stored.isBad ? say('badDrawing') : wanted ? '' : say('noLabels')

  // A node without a drawing sends the room, so any other initial drawing must be saved.
  const asOpened = JSON.stringify(storeDrawing(inPalette(stored.drawing)))
  const first = node.map ? null : firstDrawing(wanted?.labels ?? [])
  let drawing = inPalette(first ?? stored.drawing)
  const background = wanted?.background ?? 0
  const history = createHistory<Drawing>(STEPS)
  let tool: Tool = 'brush'

  const palette = createPalette(part('.daisychain-painter-labels'), part('[data-find]'), say('extra'), labelName)
  const size = part<HTMLInputElement>('[data-size]')
  const follow = document.getElementById('node-input-follow') as HTMLInputElement
  const send = createFollower(INTERVAL, sendDrawing)
  const strokes = createStrokes({
    get drawing() {
      return drawing
    },
    set drawing(next) {
      drawing = next
    },
    begin: (at) =>
      startStroke(tool, drawing.ids, at, Number(size.value), tool === 'eraser' ? background : palette.chosen),
    drew: (before) => history.remember(before),
    show,
  })
  const sheet = createSheet(part('.daisychain-painter-view'), strokes)
  const showSizes = offerSizes(find('pixels'), wanted, (width, height) => {
    change({ ...drawing, ids: stretch(drawing.ids, width, height) })
  })
  const forget = offerTracing({ image: part('img'), canvas: part('canvas'), find }, () => tell(say('badPicture')))

  const actions: Record<string, () => void> = {
    undo: () => restore(history.undo(drawing)),
    redo: () => restore(history.redo(drawing)),
    clear: () => change({ ...drawing, ids: blank(drawing.ids.width, drawing.ids.height, background) }),
    zoomIn: () => sheet.zoom(1.5),
    zoomOut: () => sheet.zoom(1 / 1.5),
    fit: () => sheet.fit(),
    thinner: () => setSize(Number(size.value) - (Number(size.value) > 10 ? 4 : 1)),
    thicker: () => setSize(Number(size.value) + (Number(size.value) >= 10 ? 4 : 1)),
  }
  for (const name of TOOLS) actions[name] = () => take(name)

  for (const button of root.querySelectorAll<HTMLButtonElement>('button[data-do], button[data-tool]')) {
    button.addEventListener('click', () => actions[button.dataset.do ?? button.dataset.tool ?? '']?.())
  }
  const label = labelName(drawing.labels[background] ?? '')
  name(part('[data-tool=eraser]'), say('eraser', { label }))
  name(part('[data-do=clear]'), say('clear', { label }))
  root.addEventListener('keydown', (event) => {
    const action = actions[keyOf(event) ?? '']
    if (!action) return
    event.preventDefault()
    event.stopPropagation()
    action()
  })
  size.addEventListener('input', () => setSize(Number(size.value)))
  follow.addEventListener('change', () => show())
  find('arrived').addEventListener('click', drawOnArrived)

  palette.show(drawing, known())
  palette.choose(Math.min(1, drawing.labels.length - 1))
  setSize(8)
  take('brush')
  // The dialog gets its final size only after it has slid in.
  const watcher = new ResizeObserver(() => sheet.refit())
  watcher.observe(part('.daisychain-painter-view'))
  showAll()

  return {
    resize: () => sheet.refit(),
    close() {
      watcher.disconnect()
      forget()
      const next = storeDrawing(inPalette(drawing))
      const keepsRoom = !node.map && JSON.stringify(next) === asOpened
      return keepsRoom ? {} : next
    },
  }

  /** The drawing in the labels of the next model, or else in its own. */
  function inPalette(given: Drawing): Drawing {
    return wanted ? inLabels(given, wanted) : given
  }

  /** How many of the drawing's labels the next model knows. They come first. */
  function known(): number {
    return wanted ? wanted.labels.length : drawing.labels.length
  }

  function change(next: Drawing): void {
    history.remember(drawing)
    drawing = { ...next, ids: copyOf(next.ids) }
    showAll()
  }

  function restore(state: Drawing | null): void {
    if (!state || strokes.isDrawing) return
    drawing = { ...state, ids: copyOf(state.ids) }
    showAll()
  }

  function showAll(): void {
    palette.show(drawing, known())
    showSizes(drawing.ids)
    show()
  }

  function show(): void {
    sheet.show(drawing.ids, drawing)
    // Not `disabled`, which would take the focus from a button that was just pressed, and with it the
    // keyboard.
    part('[data-do=undo]').setAttribute('aria-disabled', String(!history.canUndo))
    part('[data-do=redo]').setAttribute('aria-disabled', String(!history.canRedo))
    if (follow.checked) send({ ...drawing, ids: copyOf(drawing.ids) })
  }

  function take(next: Tool): void {
    tool = next
    for (const button of root.querySelectorAll<HTMLElement>('button[data-tool]')) {
      button.setAttribute('aria-pressed', String(button.dataset.tool === next))
    }
    showRing()
  }

  function setSize(pixels: number): void {
    size.value = String(pixels)
    part('[data-size-shown]').textContent = size.value
    showRing()
  }

  function showRing(): void {
    sheet.ring(tool === 'fill' || tool === 'rectangle' ? 0 : Number(size.value))
  }

  async function drawOnArrived(): Promise<void> {
    const { width, height } = drawing.ids
    try {
      const url = `daisychain-paint/${encodeURIComponent(node.id)}/arrived?width=${width}&height=${height}`
      const arrived = (await $.ajax({ url, dataType: 'json' })) as StoredDrawing | undefined
      if (!arrived) return tell(say('noneArrived'))
      change(inPalette(readDrawing({ map: '', labels: [], colors: [], ...arrived })))
    } catch (error) {
      tell((error as { status?: number }).status === 404 ? say('deployFirst') : say('lost'))
    }
  }

  async function sendDrawing(what: Drawing): Promise<void> {
    const state = find('follow-state')
    try {
      await $.ajax({
        method: 'POST',
        url: `daisychain-paint/${encodeURIComponent(node.id)}`,
        contentType: 'application/json',
        data: JSON.stringify(storeDrawing(what)),
      })
      state.textContent = ''
    } catch (error) {
      state.textContent = (error as { status?: number }).status === 404 ? say('deployFirst') : say('lost')
    }
  }

  function tell(text: string): void {
    about.textContent = text
  }
}

type Translate = (key: string, words?: Record<string, unknown>) => string

function name(button: HTMLElement, text: string): void {
  button.title = text
  button.setAttribute('aria-label', text)
}

function readStored(node: EditorNode): { drawing: Drawing; isBad: boolean } {
  try {
    return { drawing: readDrawing({ map: node.map, labels: node.labels, colors: node.colors }), isBad: false }
  } catch {
    return { drawing: roomDrawing(), isBad: true }
  }
}
