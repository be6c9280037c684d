import { createPalette } from '../../../nodes/paint/editor/label-list'
import { createSheet } from '../../../nodes/paint/editor/sheet'
import { createStrokes } from '../../../nodes/paint/editor/strokes'
import { startStroke, type Tool } from '../../../nodes/paint/editor/tools'
import { createHistory } from '../../../nodes/shared/editor/history'
import { blank, copyOf, type Drawing, firstDrawing, inLabels, sameIds } from '../../drawing'
import { element } from '../../editor/dom'
import { type Color, labelColor } from '../../types'
import { nameIn, say } from '../data'
import { signButton, wordButton } from '../dom'
import { idsPng } from './ids-png'
import type { Build } from './input'

const STEPS = 50
const SIDE = 128
const TOOLS: [Tool, string][] = [
  ['brush', '✎'],
  ['line', '╱'],
  ['rectangle', '▭'],
  ['fill', '◉'],
  ['eraser', '⌫'],
]

/** An input for painting a label map, with the same code as the *paint* node. */
export const buildPainter: Build = (field, touched) => {
  const { name, label, type, required, labels = [], colors = [] } = field
  const {
    width = SIDE,
    height = SIDE,
    defaultLabel,
  } = type as { width?: number; height?: number; defaultLabel?: string }
  const background = Math.max(0, labels.indexOf(defaultLabel ?? ''))
  const set = { labels, colors: labels.map((_, id): Color => colors[id] ?? labelColor(id)) }
  let drawing = newDrawing()
  // An optional input is left out until the visitor draws something.
  let isTouched = required
  const changed = () => {
    isTouched = true
    touched()
  }
  let tool: Tool = 'brush'
  const history = createHistory<Drawing>(STEPS)

  const view = element(
    'div',
    { className: 'daisychain-painter-view', tabIndex: 0 },
    element(
      'div',
      { className: 'daisychain-painter-sheet' },
      element('canvas', {}),
      element('div', { className: 'daisychain-painter-tip' }),
    ),
  )
  view.setAttribute('role', 'application')
  view.setAttribute('aria-label', `${label}: ${say('drawHere')}`)
  const size = element('input', { type: 'range', min: '1', max: '40', value: '8' })
  size.setAttribute('aria-label', say('brushSize'))
  const buttons = TOOLS.map(([one, sign]) => {
    const button = signButton(sign, one, () => take(one))
    button.dataset.tool = one
    return button
  })
  const undo = signButton('↶', 'undo', () => restore(history.undo(drawing)))
  const redo = signButton('↷', 'redo', () => restore(history.redo(drawing)))
  const clear = wordButton('clear', () => change({ ...drawing, ids: blank(width, height, background) }))
  const bar = element('div', { className: 'row tools' }, ...buttons, size, undo, redo, clear)
  bar.setAttribute('role', 'toolbar')
  bar.setAttribute('aria-label', say('tools'))
  const list = element('div', { className: 'daisychain-painter-labels' })
  list.setAttribute('role', 'radiogroup')
  list.setAttribute('aria-label', say('labels'))
  const find = element('input', { type: 'search', placeholder: say('findLabel') })
  find.setAttribute('aria-label', say('findLabel'))
  const palette = createPalette(list, find, '', nameIn(field))

  const strokes = createStrokes({
    get drawing() {
      return drawing
    },
    set drawing(next) {
      drawing = next
    },
    begin: (at) =>
      startStroke(tool, drawing.ids, at, Number(size.value), tool === 'eraser' ? background : palette.chosen),
    drew(before) {
      history.remember(before)
      changed()
    },
    show,
  })
  const sheet = createSheet(view, strokes)
  size.addEventListener('input', showRing)
  view.addEventListener('keydown', keys)
  new ResizeObserver(() => sheet.refit()).observe(view)
  palette.show(drawing, labels.length)
  palette.choose(Math.min(1, labels.length - 1))
  for (const choice of list.querySelectorAll('input')) choice.name = `label-${name}`
  take('brush')
  show()

  /**
   * A drawing to start from: a room for models with labels for rooms, a bear for those with animals,
   * otherwise blank.
   */
  function newDrawing(): Drawing {
    const first = firstDrawing(labels)
    const fits = first && width === first.ids.width && height === first.ids.height
    return fits ? inLabels(first, set) : { ids: blank(width, height, background), ...set }
  }

  function take(next: Tool): void {
    tool = next
    for (const button of buttons) button.setAttribute('aria-pressed', String(button.dataset.tool === next))
    showRing()
  }

  function showRing(): void {
    sheet.ring(tool === 'fill' || tool === 'rectangle' ? 0 : Number(size.value))
  }

  function change(next: Drawing): void {
    history.remember(drawing)
    drawing = next
    show()
    changed()
  }

  function restore(state: Drawing | null): void {
    if (!state || strokes.isDrawing) return
    drawing = { ...state, ids: copyOf(state.ids) }
    show()
    changed()
  }

  function show(): void {
    sheet.show(drawing.ids, drawing)
    undo.setAttribute('aria-disabled', String(!history.canUndo))
    redo.setAttribute('aria-disabled', String(!history.canRedo))
  }

  /** For the keyboard: the arrow keys move a mark, and Enter paints there. */
  let mark = { x: width / 2, y: height / 2 }
  function keys(event: KeyboardEvent): void {
    const steps: Record<string, [number, number]> = {
      ...{ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] },
    }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z') {
      event.preventDefault()
      restore(event.shiftKey ? history.redo(drawing) : history.undo(drawing))
      return
    }
    const step = steps[event.key]
    if (!step && event.key !== 'Enter') return
    event.preventDefault()
    const far = event.shiftKey ? 8 : 2
    if (step)
      mark = {
        x: Math.max(0, Math.min(width - 1, mark.x + step[0] * far)),
        y: Math.max(0, Math.min(height - 1, mark.y + step[1] * far)),
      }
    const tip = view.querySelector<HTMLElement>('.daisychain-painter-tip')
    const scale = (view.querySelector<HTMLElement>('.daisychain-painter-sheet')?.offsetWidth ?? width) / width
    const ring = Number(size.value)
    if (tip) {
      tip.hidden = false
      tip.style.transform = `translate(${(mark.x - ring / 2) * scale}px, ${(mark.y - ring / 2) * scale}px)`
    }
    if (event.key !== 'Enter') return
    const before = { ...drawing, ids: copyOf(drawing.ids) }
    startStroke(tool, drawing.ids, mark, ring, tool === 'eraser' ? background : palette.chosen)
    if (sameIds(before.ids, drawing.ids)) return
    history.remember(before)
    show()
    changed()
  }

  return {
    element: element('div', { className: 'painter' }, bar, view, find, list),
    read: () => (isTouched ? idsPng(drawing.ids) : undefined),
    fault: () => (labels.length > 256 ? say('tooManyLabels') : null),
    seen: () => (isTouched && view.querySelector('canvas')?.toDataURL()) || null,
  }
}
