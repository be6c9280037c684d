import type { WireJudgement } from '../../flow'
import { judgementOf } from '../checks/checks'
import { inWords, nameOf } from '../checks/names'
import { say } from '../shell/words'
import { isTypedWire, linkOf } from './wires'

const delay = 350

/** Shows what a wire carries, or what is wrong with it, while the mouse rests on it. Returns how to stop. */
export function showWireTips(): () => void {
  const chart = document.getElementById('red-ui-workspace-chart')
  if (!chart) return () => {}
  const tip = document.createElement('div')
  tip.className = 'daisychain-tip'
  tip.setAttribute('role', 'tooltip')
  document.body.append(tip)
  let timer: ReturnType<typeof setTimeout> | undefined
  const hide = () => {
    clearTimeout(timer)
    tip.classList.remove('daisychain-shown')
  }
  const over = (event: MouseEvent) => {
    hide()
    const link = event.target instanceof Element && event.buttons === 0 ? linkOf(event.target) : null
    const judgement = link && judgementOf(link)
    if (!judgement || !isTypedWire(judgement, link)) return
    timer = setTimeout(() => {
      tip.textContent = sentence(judgement, link)
      tip.classList.add('daisychain-shown')
      const { clientX, clientY } = event
      const { width, height } = tip.getBoundingClientRect()
      tip.style.left = `${Math.max(8, Math.min(clientX - width / 2, window.innerWidth - width - 8))}px`
      tip.style.top = `${clientY - height - 14 > 8 ? clientY - height - 14 : clientY + 18}px`
    }, delay)
  }
  chart.addEventListener('mouseover', over)
  chart.addEventListener('mousedown', hide, true)
  chart.addEventListener('mouseleave', hide)
  return () => {
    hide()
    tip.remove()
    chart.removeEventListener('mouseover', over)
    chart.removeEventListener('mousedown', hide, true)
    chart.removeEventListener('mouseleave', hide)
  }
}

function sentence({ verdict, message, given, wanted, origin }: WireJudgement, { source, target }: EditorLink): string {
  if (message) return message
  const maker = nameOf((origin && RED.nodes.node(origin)) || source)
  const gives = given ? say('gives', { maker, type: inWords(given) }) : say('givesUnknown', { maker })
  if (verdict !== 'unknown' || !wanted) return say('givesOnly', { gives })
  return say('givesAndWants', { gives, taker: nameOf(target), type: inWords(wanted) })
}
