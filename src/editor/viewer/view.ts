import './viewer.css'
import { button, element } from '../dom'
import { redrawing } from '../redraw'
import { createTravels, type Travelling } from '../shell/travels'
import { say } from '../shell/words'
import { type Clicks, createClicking } from './clicking'
import type { Offer } from './offer'
import type { PictureFormat, ResultOutput } from './results'

interface Actions {
  turn(step: 1 | -1): void
  choose(output: number): void
  /** @param isTold whether the file records how it was made */
  save(format: PictureFormat | 'txt', isTold: boolean): void
  /** What a file saved now would record about how it was made. */
  travels(): Promise<Travelling>
  /** Called for clicks on the picture of a node that accepts them; without clicks, all are cleared. */
  clicked(clicks: Clicks): void
  close(): void
  /** Goes to the result that arrived at this time. */
  goTo(time: number): void
  repeat(how: 'again' | 'send'): void
}

interface ShownHistory {
  /** When the kept results arrived, newest first, in milliseconds since 1970. */
  times: number[]
  at: number
  /** Address of the input picture; empty if there is none. */
  came: string
  canRepeat: boolean
  canSend: boolean
}

interface Shown {
  outputs: ResultOutput[]
  chosen: number
  /** Address of the picture; empty for text. */
  picture: string
  /** Address of the sound that the picture shows; empty for anything else. */
  sound: string
  facts: string[]
  offer: Offer | undefined
  /** Whether the node takes clicks on this picture. */
  takesClicks: boolean
}

/** A modal dialog that keeps the focus, closes on Esc and then returns the focus. */
export function createView({ turn, choose, save, travels, clicked, close, goTo, repeat }: Actions) {
  const dialog = element('dialog', { className: 'daisychain-viewer' })
  const title = element('h2')
  const tabs = element('div', { className: 'daisychain-viewer-outputs' })
  const saves = element('div', { className: 'daisychain-viewer-saves' })
  const stage = element('div', { className: 'daisychain-viewer-stage' })
  const picture = element('img')
  const player = element('audio', { controls: true, hidden: true })
  player.setAttribute('aria-label', say('families.audio'))
  const text = element('pre')
  const legend = element('ul', { className: 'daisychain-viewer-legend' })
  const facts = element('p', { className: 'daisychain-viewer-facts' })
  const offers = element('div', { className: 'daisychain-viewer-offer' })
  const came = element('img', { className: 'daisychain-viewer-came' })
  const strip = element('div', { className: 'daisychain-viewer-strip' })
  const redraw = redrawing(strip)
  strip.setAttribute('role', 'group')
  strip.setAttribute('aria-label', say('earlierResults'))
  const complaint = element('p', { className: 'daisychain-viewer-complaint' })
  complaint.setAttribute('role', 'alert')
  const closer = button('×', close, { title: say('close'), look: 'daisychain-viewer-close' })
  const head = element('header')
  const telling = element('input', { type: 'checkbox' })
  const tellingLabel = element('label', {
    className: 'daisychain-viewer-told',
    hidden: true,
    title: say('saveToldAbout'),
  })
  tellingLabel.append(telling, ` ${say('saveTold')}`)
  const travelling = createTravels()
  const shownTravels = element('div', { className: 'daisychain-viewer-travels', hidden: true })
  shownTravels.append(travelling.licences, travelling.details)
  travelling.details.open = true
  const showTravels = () => {
    shownTravels.hidden = !telling.checked || tellingLabel.hidden
    if (!shownTravels.hidden) travels().then(travelling.tell, (error: Error) => travelling.complain(error.message))
  }
  telling.addEventListener('change', showTravels)
  head.append(title, tabs, tellingLabel, saves, closer)
  const before = button('‹', () => turn(-1), { title: say('previous'), look: 'daisychain-viewer-turn' })
  const after = button('›', () => turn(1), { title: say('next'), look: 'daisychain-viewer-turn' })
  const middle = element('div', { className: 'daisychain-viewer-middle' })
  stage.append(picture, player, text, complaint)
  middle.append(before, came, stage, after)
  dialog.append(head, shownTravels, middle, strip, legend, facts, offers)
  dialog.setAttribute('aria-label', say('lastResult'))

  dialog.addEventListener('close', close)
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog) close() // a click outside the window
  })
  /**
   * Otherwise the editor's shortcuts would act on the nodes behind the dialog. The listener is on the window
   * because removing a focused button moves the focus out of the dialog.
   */
  const onKey = (event: KeyboardEvent) => {
    event.stopPropagation()
    if (event.key === 'ArrowLeft') turn(-1)
    else if (event.key === 'ArrowRight') turn(1)
    else return
    event.preventDefault()
  }
  let takesClicks = false
  const clicking = createClicking(picture, () => takesClicks, clicked)
  picture.addEventListener('click', () => {
    if (!takesClicks) picture.classList.toggle('daisychain-viewer-actual')
  })
  const startOver = () => {
    clicking.clear()
    clicked({ points: [] })
  }

  function clear(name: string) {
    title.textContent = name
    tabs.replaceChildren()
    saves.replaceChildren()
    tellingLabel.hidden = true
    shownTravels.hidden = true
    legend.replaceChildren()
    picture.hidden = true
    player.hidden = true
    player.pause()
    picture.classList.remove('daisychain-viewer-actual')
    text.hidden = true
    facts.textContent = ''
    offers.replaceChildren()
    strip.replaceChildren()
    came.hidden = true
    complaint.textContent = ''
    takesClicks = false
    clicking.clear()
  }

  return {
    clear,
    show() {
      if (dialog.open) return
      document.body.append(dialog)
      dialog.showModal()
      closer.focus()
      window.addEventListener('keydown', onKey, true)
    },
    hide() {
      window.removeEventListener('keydown', onKey, true)
      if (dialog.open) dialog.close()
      dialog.remove()
      picture.removeAttribute('src')
      player.removeAttribute('src')
    },
    presentHistory({ times, at, came: address, canRepeat, canSend }: ShownHistory) {
      came.hidden = address === ''
      if (address) came.src = address
      came.alt = say('whatCameIn')
      const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })
      const moments = times.map((time) => {
        const moment = button(clock.format(time), () => goTo(time), { title: new Date(time).toLocaleString() })
        moment.setAttribute('aria-pressed', String(time === at))
        return moment
      })
      const acts = [
        ...(canRepeat ? [button(say('again'), () => repeat('again'), { title: say('againAbout') })] : []),
        ...(canSend ? [button(say('sendOn'), () => repeat('send'), { title: say('sendOnAbout') })] : []),
      ]
      redraw(() => {
        const hadFocus = [...strip.children].indexOf(document.activeElement as Element)
        strip.replaceChildren(...acts, ...(times.length > 1 ? moments.reverse() : []))
        ;(strip.children[hadFocus] as HTMLElement | undefined)?.focus()
      })
    },
    complain(sentence: string) {
      complaint.textContent = sentence
    },
    present({ outputs, chosen, picture: address, sound, facts: told, offer, takesClicks: isAsked }: Shown) {
      takesClicks = isAsked
      picture.classList.toggle('daisychain-viewer-clicks', isAsked)
      const output = outputs[chosen] as ResultOutput
      complaint.textContent = output.isTooLarge ? say('tooLarge') : ''
      picture.hidden = address === ''
      if (address) picture.src = address
      picture.alt = output.type
      player.hidden = sound === ''
      if (sound) player.src = sound
      else player.removeAttribute('src')
      picture.classList.toggle('daisychain-viewer-pixels', output.kind === 'segmentation')
      text.hidden = output.kind !== 'text'
      text.textContent = output.text ?? ''
      facts.textContent = [...(isAsked ? [say('clicksAbout')] : []), ...told].join('  ·  ')
      replaceButtons(offers, offer ? [offerButton(offer)] : [])
      replaceButtons(tabs, outputs.length > 1 ? outputs.map((each, i) => outputTab(each, i)) : [])
      for (const [i, tab] of [...tabs.children].entries()) tab.setAttribute('aria-pressed', String(i === chosen))
      replaceButtons(saves, [
        ...(isAsked ? [button(say('clearClicks'), startOver, { title: say('clearClicks') })] : []),
        ...savesFor(output),
      ])
      tellingLabel.hidden = address === '' || sound !== '' || output.isTooLarge === true
      showTravels()
      legend.replaceChildren(...(output.labels ?? []).map(label))
    },
  }

  function outputTab({ name, kind }: ResultOutput, index: number) {
    const tab = button(name, () => choose(index), { title: name })
    tab.disabled = kind === null
    return tab
  }

  function offerButton({ label, take }: Offer) {
    const act = () => {
      close() // Otherwise this window would hide the action's progress messages.
      take()
    }
    return button(label, act, { title: label })
  }

  function savesFor({ kind, isTooLarge }: ResultOutput) {
    if (isTooLarge || kind === null) return []
    const one = (label: string, title: string, format: PictureFormat | 'txt') =>
      button(label, () => save(format, telling.checked && !tellingLabel.hidden), { title })
    if (kind === 'text') return [one(say('saveText'), say('saveTextAbout'), 'txt')]
    if (kind === 'audio') return [one(say('saveWav'), say('saveWavAbout'), 'wav')]
    const png = one(say(kind === 'segmentation' ? 'saveColors' : 'savePng'), say('savePngAbout'), 'png')
    if (kind === 'segmentation') return [png, one(say('saveIds'), say('saveIdsAbout'), 'ids')]
    return [png, one(say('saveJpeg'), say('saveJpegAbout'), 'jpeg')]
  }
}

/**
 * Live pictures arrive several times a second. Buttons with the same text aren't replaced, so that they keep
 * the focus.
 */
function replaceButtons(parent: HTMLElement, next: HTMLButtonElement[]): void {
  const old = [...parent.children] as HTMLButtonElement[]
  const isSame = (a: HTMLButtonElement, b?: HTMLButtonElement) => a.title === b?.title && a.disabled === b.disabled
  if (next.length === old.length && next.every((child, i) => isSame(child, old[i]))) return
  const hadFocus = parent.contains(document.activeElement)
  parent.replaceChildren(...next)
  if (hadFocus) next[0]?.focus()
}

function label({ label, color, share }: { label: string; color: string; share: number }): HTMLElement {
  const swatch = element('span', { className: 'daisychain-viewer-swatch' })
  swatch.style.background = color
  return element('li', {}, swatch, `${label} ${share < 0.01 ? '<1' : Math.round(share * 100)} %`)
}
