import { element } from '../editor/dom'
import { data, type ShownField, say } from './data'
import { hide, wordButton } from './dom'
import { createLiveCamera } from './inputs/live-camera'

/**
 * Milliseconds between two examples while a button is held. At a shorter interval the pictures would hardly
 * differ.
 */
const EXAMPLE_INTERVAL = 300

export interface Teaching {
  element: HTMLElement
  /** The current picture of the live camera; null if the camera is off. */
  frame(): Promise<Blob | null>
}

/** Whether an input names the class that the other inputs are an example of. */
export function isTeaching({ name, type }: ShownField): boolean {
  return name === 'teach' && type.type === 'category'
}

/**
 * Builds a button for each class. While a button is held, the live camera's pictures are sent as examples of
 * its class. Without a camera, one press sends the other inputs as one example.
 * @param send sends an example, with a camera picture in place of the chosen one; resolves to how many
 * examples the class now has, or null if an input is missing or wrong
 */
export function createTeaching(
  { label }: ShownField,
  send: (meaning: string, picture: Blob | undefined) => Promise<number | null>,
): Teaching {
  const said = element('p', { className: 'note' })
  said.setAttribute('role', 'status')
  const tell = (sentence: string): void => {
    said.textContent = sentence
  }
  const camera = createLiveCamera(tell)
  const buttons = element('div', { className: 'choices' })
  const named = element('input', { type: 'text', placeholder: say('newClass') })
  named.setAttribute('aria-label', say('newClass'))
  const add = () => {
    const name = named.value.trim()
    named.value = ''
    if (name !== '') addClass(name)
  }
  named.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return
    event.preventDefault() // otherwise Enter would run the model
    add()
  })
  const classes = new Set<string>()
  for (const { type } of data.outputs)
    if (type.type === 'category') for (const one of type.oneOf ?? []) if (one !== 'none') addClass(one)

  return {
    frame: camera.frame,
    element: element(
      'fieldset',
      { className: 'field teach' },
      element('legend', {}, label),
      camera.element,
      element(
        'div',
        { className: 'row' },
        wordButton('liveCamera', () => void camera.toggle()),
      ),
      buttons,
      element('div', { className: 'row' }, named, wordButton('addClass', add)),
      element('p', { className: 'hint' }, say('teachHint')),
      said,
    ),
  }

  function addClass(name: string): void {
    if (classes.has(name)) return
    classes.add(name)
    const held = element('button', { type: 'button' }, name)
    let isHeld = false
    let isSending = false
    const begin = async () => {
      isHeld = true
      if (isSending) return
      isSending = true
      held.classList.add('held')
      try {
        do await sendOnce(name)
        while (isHeld && camera.isOn())
      } catch (error) {
        tell((error as Error).message)
      }
      isSending = false
      held.classList.remove('held')
    }
    held.addEventListener('pointerdown', (event) => {
      held.setPointerCapture(event.pointerId)
      void begin()
    })
    held.addEventListener('keydown', ({ key, repeat }) => {
      if ((key === ' ' || key === 'Enter') && !repeat) void begin()
    })
    for (const over of ['pointerup', 'pointercancel', 'lostpointercapture', 'keyup', 'blur'] as const)
      held.addEventListener(over, () => {
        isHeld = false
      })
    buttons.append(held)
    hide(buttons, false)
  }

  async function sendOnce(name: string): Promise<void> {
    const began = performance.now()
    const count = await send(name, (await camera.frame()) ?? undefined)
    tell(count === null ? '' : say('taught', { name, count }))
    const rest = EXAMPLE_INTERVAL - (performance.now() - began)
    if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest))
  }
}
