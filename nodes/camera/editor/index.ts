import { button, element } from '../../../src/editor/dom'
import type { Form } from '../../shared/editor/form'
import { createInvites } from '../../shared/editor/invite'
import { notifyOf, post } from '../../shared/editor/requests'
import { wordsOf } from '../../shared/editor/say'

/** The computer's cameras to choose from, and the page that sends a browser's. */
export function openCamera(node: EditorNode, form: Form): undefined {
  const say = wordsOf(node, 'camera')
  const url = `daisychain-camera/${encodeURIComponent(node.id)}`
  const known = element('datalist', { id: 'daisychain-camera-devices' })
  const none = element('div', { id: 'daisychain-camera-none', className: 'daisychain-note' })
  form.field('device').setAttribute('list', known.id)
  form.row('device').append(known, none)
  const look = { icon: 'external-link', label: say('page'), when: { source: 'browser' } }
  const open = button(say('open'), () => void openPage())
  open.id = 'daisychain-camera-open'
  const phones = element('div', { className: 'daisychain-note' })
  const forPhone = button(say('phone'), () => void invite())
  forPhone.id = 'daisychain-camera-phone'
  form.addRow('device', look, open, ' ', forPhone, phones)
  void offerCameras()

  async function offerCameras(): Promise<void> {
    const cameras = (await $.getJSON('daisychain-camera/devices')) as { device: string; name: string }[]
    known.replaceChildren(...cameras.map(({ device, name }) => element('option', { value: device }, name)))
    none.textContent = cameras.length > 0 ? '' : say('none')
  }

  async function invite(): Promise<void> {
    try {
      const { pages } = (await post(`${url}/key`)) as { pages: string[] }
      const isPlain = pages.some((page) => page.startsWith('http:'))
      phones.replaceChildren(pages.length > 0 ? createInvites(pages) : say('noPort'), isPlain ? say('needsHttps') : '')
    } catch (error) {
      notifyOf(error, say('deployFirst'))
    }
  }

  /** In a window that is there at once, as browsers block those that open later. */
  async function openPage(): Promise<void> {
    const page = window.open('', '_blank')
    try {
      const { key } = (await post(`${url}/key`)) as { key: string }
      if (page) page.location.href = new URL(`${url}/page#${key}`, location.href).href
    } catch (error) {
      page?.close()
      notifyOf(error, say('deployFirst'))
    }
  }
}
