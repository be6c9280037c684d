import { element } from '../../editor/dom'
import { planeThrough, pointOf, randomPoint, spaceOf } from '../../latent'
import { freshSeed } from '../../random'
import { base, say } from '../data'
import { hide, signButton } from '../dom'
import type { Build } from './input'

/** A point in latent space, stored as a seed and an offset so that people can find it again. */
interface Spot {
  seed: string
  x: number
  y: number
}

const MOST_KEPT = 24

/**
 * An input for a point in latent space: a seed, a pad for moving away from the seed's point, and points kept
 * in this browser.
 */
export const buildVector: Build = ({ name, label, type, required }, changed) => {
  const space = spaceOf(type as { length?: number })
  const store = `daisychain ${base} ${name}`
  // An optional input is left out until the visitor changes it.
  let isTouched = required
  let spot: Spot = { seed: String(freshSeed()), x: 0, y: 0 }
  const seed = element('input', { type: 'text', value: spot.seed, maxLength: 60 })
  seed.setAttribute('aria-label', `${label}: ${say('seed')}`)
  const mark = element('div', { className: 'mark' })
  const pad = element('div', { className: 'pad', tabIndex: 0 }, mark)
  pad.setAttribute('role', 'slider')
  pad.setAttribute('aria-label', `${label}: ${say('pad')}`)
  pad.setAttribute('aria-valuemin', '-1')
  pad.setAttribute('aria-valuemax', '1')
  const kept = element('div', { className: 'row kept' })

  seed.addEventListener('input', () => go({ seed: seed.value, x: 0, y: 0 }))
  pad.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return
    event.preventDefault()
    pad.focus({ preventScroll: true })
    pad.setPointerCapture(event.pointerId)
    follow(event)
  })
  pad.addEventListener('pointermove', (event) => {
    if (pad.hasPointerCapture(event.pointerId)) follow(event)
  })
  pad.addEventListener('keydown', (event) => {
    const steps: Record<string, [number, number]> = {
      ...{ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] },
    }
    const step = steps[event.key]
    if (!step && event.key !== 'Home') return
    event.preventDefault()
    const by = event.shiftKey ? 0.2 : 0.05
    go(step ? { ...spot, x: spot.x + step[0] * by, y: spot.y + step[1] * by } : { ...spot, x: 0, y: 0 })
  })
  show()
  showKept()

  function follow({ clientX, clientY }: PointerEvent): void {
    const box = pad.getBoundingClientRect()
    go({ ...spot, x: ((clientX - box.left) / box.width) * 2 - 1, y: 1 - ((clientY - box.top) / box.height) * 2 })
  }

  function go(next: Spot): void {
    const within = (number: number) => Math.max(-1, Math.min(1, number))
    isTouched = true
    spot = { ...next, x: within(next.x), y: within(next.y) }
    show()
    changed()
  }

  function show(): void {
    if (seed.value !== spot.seed) seed.value = spot.seed
    mark.style.left = `${(spot.x + 1) * 50}%`
    mark.style.top = `${(1 - spot.y) * 50}%`
    const round = (number: number) => Math.round(number * 100) / 100
    pad.setAttribute('aria-valuenow', String(round(spot.x)))
    pad.setAttribute('aria-valuetext', `${round(spot.x)}, ${round(spot.y)}`)
  }

  function readKept(): Spot[] {
    try {
      const list: unknown = JSON.parse(localStorage.getItem(store) ?? '[]')
      return (Array.isArray(list) ? list : []).filter(
        (one): one is Spot => typeof one?.seed === 'string' && Number.isFinite(one.x) && Number.isFinite(one.y),
      )
    } catch {
      return []
    }
  }

  function keep(list: Spot[]): void {
    try {
      localStorage.setItem(store, JSON.stringify(list.slice(-MOST_KEPT)))
    } catch {
      // The page also works in browsers that block local storage; points are then not kept.
    }
    showKept()
  }

  function showKept(): void {
    const list = readKept()
    hide(kept, list.length === 0)
    kept.replaceChildren(
      ...list.map((one, i) => {
        const back = element('button', { type: 'button' }, one.x === 0 && one.y === 0 ? one.seed : `${one.seed} ↗`)
        back.addEventListener('click', () => go(one))
        const forget = signButton('✕', 'remove', () => keep(readKept().filter((_, j) => j !== i)))
        return element('span', { className: 'chip' }, back, forget)
      }),
    )
  }

  return {
    element: element(
      'div',
      { className: 'vector' },
      element(
        'div',
        { className: 'row' },
        seed,
        signButton('⚄', 'dice', () => go({ seed: String(freshSeed()), x: 0, y: 0 })),
        signButton('★', 'keep', () => keep([...readKept(), spot])),
      ),
      pad,
      kept,
    ),
    read() {
      if (!isTouched) return undefined
      const number = /^\d+$/.test(spot.seed) ? Number(spot.seed) : spot.seed
      const center = randomPoint(number, space)
      return JSON.stringify(pointOf(planeThrough(center, number, space), spot.x, spot.y, space))
    },
    seen: () => null,
  }
}
