import { button, element } from '../../../src/editor/dom'
import type { Form } from './form'
import { createInvites } from './invite'
import { notifyOf, post } from './requests'
import { wordsOf } from './say'

/**
 * The buttons of a dialog that open the page which a browser has for a node.
 *
 * @param name as in the page's address
 * @param device of the browser that the page uses, and when: browsers give it on https pages only
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
