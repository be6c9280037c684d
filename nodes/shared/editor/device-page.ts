import { button, element } from '../../../src/editor/dom'
import type { Form } from './form'
import { createInvites } from './invite'
import { notifyOf, post } from './requests'
import { wordsOf } from './say'

/**
 * Adds the buttons that open a node's page in a browser.
 * @param name as in the page's address
 * @param device the browser's device that the page uses, and when the buttons are shown. Browsers give pages
 * access only over https
 */
export function addPageButtons(
  node: EditorNode,
  form: Form,
  name: string,
  after: string,
  device?: { when: object },
): void {
  const say = wordsOf(node, name)
  const url = `daisychain-${name}/${encodeURIComponent(node.id)}`
  const look = { icon: 'external-link', label: say('page'), ...device }
  const open = button(say('open'), () => void openPage())
  open.id = `daisychain-${name}-open`
  const phones = element('div', { className: 'daisychain-note' })
  const forPhone = button(say('phone'), () => void invite())
  forPhone.id = `daisychain-${name}-phone`
  form.addRow(after, look, open, ' ', forPhone, phones)

  async function invite(): Promise<void> {
    try {
      const { pages } = (await post(`${url}/key`)) as { pages: string[] }
      const isPlain = device && pages.some((page) => page.startsWith('http:'))
      phones.replaceChildren(pages.length > 0 ? createInvites(pages) : say('noPort'), isPlain ? say('needsHttps') : '')
    } catch (error) {
      notifyOf(error, say('deployFirst'))
    }
  }

  /** Opens the window at once: browsers block windows that open later. */
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
