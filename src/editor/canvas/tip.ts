import { judgementOf } from '../checks/checks'
import { sentence } from '../checks/wire-words'
import { element } from '../dom'
import { isTypedWire, linkOf } from './wires'

const delay = 350

let tip: HTMLElement | undefined

/** Shows a sentence near the mouse pointer, where it doesn't get in the way. Only one is shown at a time. */
export function showTip(text: string, { clientX, clientY }: { clientX: number; clientY: number }): void {
  if (!tip) {
    tip = element('div', { className: 'daisychain-tip' })
    tip.setAttribute('role', 'tooltip')
    document.body.append(tip)
  }
  tip.textContent = text
  // Positioned by a known maximum size, so that the browser needn't lay out the page immediately.
  const isBelow = clientY < ROOM
  tip.classList.toggle('daisychain-below', isBelow)
  tip.classList.add('daisychain-shown')
  tip.style.left = `${Math.max(HALF, Math.min(clientX, window.innerWidth - HALF))}px`
  tip.style.top = `${isBelow ? clientY + 24 : clientY - 18}px`
}

/** Half the tip's maximum width, and the height it needs above the pointer, in pixels. */
const HALF = 190
const ROOM = 130

export function hideTip(): void {
  tip?.classList.remove('daisychain-shown')
  tip?.replaceChildren()
}

/**
 * Shows what a wire carries, or what is wrong with it, while the mouse rests on it. Returns a function that
 * stops this.
 */
export function showWireTips(): () => void {
  const chart = document.getElementById('red-ui-workspace-chart')
  if (!chart) return () => {}
  let timer: ReturnType<typeof setTimeout> | undefined
  const hide = () => {
    clearTimeout(timer)
    hideTip()
  }
  const over = (event: MouseEvent) => {
    // During a drag, another tip is shown.
    if (event.buttons !== 0) return
    hide()
    const link = event.target instanceof Element ? linkOf(event.target) : null
    const judgement = link && judgementOf(link)
    if (!judgement || !isTypedWire(judgement, link)) return
    timer = setTimeout(() => showTip(sentence(judgement, link), event), delay)
  }
  chart.addEventListener('mouseover', over)
  chart.addEventListener('mousedown', hide, true)
  chart.addEventListener('mouseleave', hide)
  return () => {
    hide()
    chart.removeEventListener('mouseover', over)
    chart.removeEventListener('mousedown', hide, true)
    chart.removeEventListener('mouseleave', hide)
  }
}
