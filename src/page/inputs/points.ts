import { element } from '../../editor/dom'
import type { PortType } from '../../types'
import { data, say } from '../data'
import { hide, signButton } from '../dom'
import type { Build } from './input'
import { pictureEvents } from './picture'

interface Mark {
  x: number
  y: number
  include: boolean
}

type Kind = 'point' | 'points' | 'marks' | 'box'

/** Whether the type is entered as points, a box or strokes on a picture; null for other types. */
export function kindOfPoints(type: PortType): Kind | null {
  if (type.type === 'image_point') return 'point'
  if (type.type === 'image_bounding_box') return 'box'
  if (type.type === 'image_landmarks') return 'points'
  if (type.type !== 'array') return null
  if (type.itemType.type === 'image_point') return 'points'
  const { itemType } = type
  return itemType.type === 'record' && 'x' in itemType.fields && 'y' in itemType.fields ? 'marks' : null
}

/** An input for clicks on the picture in another input. Coordinates are from 0 to 1 in both directions. */
export const buildPoints: Build = ({ label, type, required, on }, changed) => {
  const kind = kindOfPoints(type) ?? 'points'
  const single = kind === 'point'
  // If their picture comes from another node, its first picture input is the likeliest one that it is made of.
  const picture = on ?? data.inputs.find((one) => one.type.type === 'image')?.name
  const most = type.type === 'image_landmarks' ? (type.length ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY
  let marks: Mark[] = []
  let cursor = { x: 0.5, y: 0.5 }
  let from: { x: number; y: number } | null = null
  const image = element('img', { alt: '' })
  const layer = element('div', { className: 'marks' })
  const ground = element('div', { className: 'ground empty', tabIndex: 0 }, image, layer)
  ground.setAttribute('role', 'application')
  ground.setAttribute('aria-label', `${label}: ${say(kind === 'box' ? 'dragBox' : 'clickHere')}`)
  const said = element('output', { className: 'hint' })
  const leave = element('input', { type: 'checkbox' })
  const leaveRow = element('label', { className: 'flag' }, leave, element('span', {}, say('leaveOut')))
  hide(leaveRow, kind !== 'marks')
  const take = (next: Mark[]) => {
    marks = next
    show()
    changed()
  }
  const undo = signButton('↶', 'undo', () => take(kind === 'box' ? [] : marks.slice(0, -1)))
  const remove = signButton('✕', 'remove', () => take([]))

  pictureEvents.addEventListener('picture', (event) => {
    const { name, url } = (event as CustomEvent<{ name: string; url: string }>).detail
    if (name !== picture) return
    if (url) image.src = url
    else image.removeAttribute('src')
    ground.classList.toggle('empty', url === '')
    take([])
  })
  const place = ({ clientX, clientY }: PointerEvent) => {
    const box = ground.getBoundingClientRect()
    const within = (number: number) => Math.max(0, Math.min(1, number))
    return { x: within((clientX - box.left) / box.width), y: within((clientY - box.top) / box.height) }
  }
  ground.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return
    event.preventDefault()
    ground.focus({ preventScroll: true })
    ground.setPointerCapture(event.pointerId)
    if (kind === 'box') from = place(event)
    else add(place(event), event.shiftKey)
  })
  ground.addEventListener('pointermove', (event) => {
    if (from) take(boxMarks(from, place(event)))
  })
  for (const end of ['pointerup', 'pointercancel'])
    ground.addEventListener(end, () => {
      from = null
    })
  ground.addEventListener('keydown', (event) => {
    const steps: Record<string, [number, number]> = {
      ...{ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] },
    }
    const step = steps[event.key]
    const by = event.shiftKey ? 0.1 : 0.02
    if (step) {
      cursor = {
        x: Math.max(0, Math.min(1, cursor.x + step[0] * by)),
        y: Math.max(0, Math.min(1, cursor.y + step[1] * by)),
      }
      if (from) take(boxMarks(from, cursor))
    } else if (event.key === 'Enter') {
      if (kind !== 'box') add(cursor, event.shiftKey)
      else from = from ? null : { ...cursor }
    } else if (event.key === 'Backspace' || event.key === 'Delete') take(marks.slice(0, -1))
    else return
    event.preventDefault()
    show()
  })
  show()

  function add(at: { x: number; y: number }, isOut: boolean): void {
    if (ground.classList.contains('empty')) return
    cursor = at
    const mark = { ...at, include: !(isOut || leave.checked) }
    take(single ? [mark] : [...marks, mark].slice(-most))
  }

  function show(): void {
    const dot = ({ x, y }: { x: number; y: number }, className: string) => {
      const made = element('i', { className })
      made.style.left = `${x * 100}%`
      made.style.top = `${y * 100}%`
      return made
    }
    const [a, b] = marks
    layer.replaceChildren(dot(cursor, 'cursor'))
    if (kind === 'box' && a && b) {
      const box = dot(a, 'box')
      box.style.width = `${(b.x - a.x) * 100}%`
      box.style.height = `${(b.y - a.y) * 100}%`
      layer.append(box)
    } else layer.append(...marks.map((mark) => dot(mark, mark.include ? 'in' : 'out')))
    const percent = (number: number) => Math.round(number * 100)
    said.textContent = marks.map(({ x, y, include }) => `${include ? '' : '−'}${percent(x)}, ${percent(y)}`).join('; ')
    hide(undo, marks.length === 0)
    hide(remove, marks.length === 0)
  }

  function value(): unknown {
    const [first, second] = marks
    const round = (number: number) => Math.round(number * 1e5) / 1e5
    if (kind === 'point') return first && [round(first.x), round(first.y)]
    if (kind === 'box') return first && second && [first.x, first.y, second.x, second.y].map(round)
    if (marks.length === 0) return undefined
    return kind === 'marks'
      ? marks.map(({ x, y, include }) => ({ x: round(x), y: round(y), include }))
      : marks.map(({ x, y }) => [round(x), round(y)])
  }

  return {
    element: element(
      'div',
      { className: 'points' },
      ground,
      leaveRow,
      element('div', { className: 'row' }, said, undo, remove),
    ),
    read: () => (value() === undefined ? undefined : JSON.stringify(value())),
    fault: () => (required && value() === undefined ? say('missing') : null),
  }
}

function boxMarks(a: { x: number; y: number }, b: { x: number; y: number }): Mark[] {
  return [
    { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), include: true },
    { x: Math.max(a.x, b.x), y: Math.max(a.y, b.y), include: true },
  ]
}
