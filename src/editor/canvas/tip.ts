import { judgementOf } from '../checks/checks'
import { sentence } from '../checks/wire-words'
import { element } from '../dom'
import { isTypedWire, linkOf } from './wires'

const delay = 350

let tip: HTMLElement | undefined

/** A sentence near the mouse, which never gets in its way. There is one at a time. */
export function showTip(text: string, { clientX, clientY }: { clientX: number; clientY: number }): void {
  if (!tip) {
    tip = element('div', { className: 'daisychain-tip' })
    tip.setAttribute('role', 'tooltip')
    document.body.append(tip)
  }
  tip.textContent = text
  tip.classList.add('daisychain-shown')
  const { width, height } = tip.getBoundingClientRect()
  tip.style.left = `${Math.max(8, Math.min(clientX - width / 2, window.innerWidth - width - 8))}px`
  tip.style.top = `${clientY - height - 18 > 8 ? clientY - height - 18 : clientY + 24}px`
}

export function hideTip(): void {
  tip?.classList.remove('daisychain-shown')
  tip?.replaceChildren()
}

/** Shows what a wire carries, or what is wrong with it, while the mouse rests on it. Returns how to stop. */
export function showWireTips(): () => void {
  const chart = document.getElementById('red-ui-workspace-chart')
  if (!chart) return () => {}
  let timer: ReturnType<typeof setTimeout> | undefined
  const hide = () => {
    clearTimeout(timer)
    hideTip()
  }
  const over = (event: MouseEvent) => {
    // While something is pulled, another tip says what there is to say.
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
