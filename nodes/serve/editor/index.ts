import { button, element } from '../../../src/editor/dom'
import type { Dialog } from '../../shared/editor/dialogs'
import type { Form } from '../../shared/editor/form'
import { createInvites } from '../../shared/editor/invite'
import { offerGrpc } from '../../shared/editor/offer-grpc'
import { post } from '../../shared/editor/requests'
import { wordsOf } from '../../shared/editor/say'
import { createFieldList, type FieldList } from './fields'

interface Field {
  name: string
  type: string
  required?: boolean
}

/** The settings that sketches for Runway expect. */
const AS_RUNWAY = {
  where: 'port',
  host: '127.0.0.1',
  port: 8000,
  socketIoPort: 3000,
  oscPort: 57100,
  path: '',
  origins: '*',
}

/** The dialog of a published flow: its address, and what the deployed version takes and returns. */
export function openServe(node: EditorNode, form: Form): Dialog {
  const say = wordsOf(node, 'serve')
  const address = element('code', { id: 'daisychain-serve-address' })
  const fields = element('div', { id: 'daisychain-serve-fields' })
  const looks = element('span', { className: 'daisychain-said' }, say('notYet'))
  let list: FieldList | null = null
  let invited: string[] = []
  const said = element('span', { className: 'daisychain-said' }, address, fields)
  const asRunway = button(say('runway'), () => {
    for (const [setting, value] of Object.entries(AS_RUNWAY)) form.set(setting, value)
  })
  asRunway.id = 'daisychain-serve-runway'
  form.addRow('path', { icon: 'globe', label: say('address') }, said)
  form.addRow('path', {}, asRunway, ' ', button(say('network'), openToNetwork, { icon: 'qrcode' }))
  const invites = element('span', { className: 'daisychain-said' })
  form.addRow('path', { icon: 'mobile', label: say('invitation'), when: { where: 'port' } }, invites)
  void invite()
  offerGrpc(form, 'grpcPort', (port) => port !== '')
  form.addRow('picture', { icon: 'list-ol', label: say('fields') }, looks)
  /** A flow with a token is opened with the token in the address. */
  const openAt = (ending: string) => () => {
    const url = new URL(invited[0] ?? address.textContent ?? '', location.href)
    url.pathname = url.pathname.replace(/\/$/, '') + ending
    window.open(url, '_blank', 'noopener')
  }
  const openPage = button(say('openPage'), openAt(''), { icon: 'external-link' })
  const openShow = button(say('openShow'), openAt('/show'), { icon: 'desktop' })
  form.addRow('rate', {}, openPage, ' ', openShow)
  form.follow(['where', 'name', 'path', 'host', 'port'], () => {
    const own = `/daisychain/${slug(form.value('name')) || node.id}`
    const hasPort = form.value('where') === 'port'
    form.field('path').placeholder = hasPort ? '/' : own
    const path = form.value('path').trim().replace(/^\/*/, '/').replace(/\/+$/, '')
    const port = `http://${form.value('host') || '127.0.0.1'}:${form.value('port') || 8000}${path}`
    address.textContent = hasPort ? port : location.origin + httpRoot() + (path || own)
  })
  void tellFields()
  return { save: () => (list ? { fields: list.read() } : {}) }

  /** A port open to the network needs a token, so one is created. */
  function openToNetwork(): void {
    form.set('where', 'port')
    form.set('host', '0.0.0.0')
    const token = form.root.querySelector<HTMLInputElement>('#node-input-token')
    if (token?.value === '') $(token).val(freshToken()).trigger('change')
    invites.textContent = say('afterDeploy')
  }

  async function invite(tries = 20): Promise<void> {
    try {
      const { pages } = (await post(`daisychain-serve-in/${encodeURIComponent(node.id)}/invitation`)) as {
        pages: string[]
      }
      invited = pages
      invites.replaceChildren(createInvites(pages))
    } catch {
      invites.textContent = ''
      // Right after a deploy, the node may not be there yet.
      if (tries > 0 && form.root.isConnected) setTimeout(() => void invite(tries - 1), 500)
    }
  }

  async function tellFields(): Promise<void> {
    try {
      const url = `daisychain-serve-in/${encodeURIComponent(node.id)}`
      const { inputs, outputs } = (await $.getJSON(url)) as { inputs: Field[]; outputs: Field[] }
      const takes = inputs.map(
        ({ name, type, required }) => `${name} (${type}${required ? '' : `, ${say('optional')}`})`,
      )
      const gives = outputs.map(({ name, type }) => `${name} (${type})`)
      list = createFieldList(
        inputs.map(({ name }) => name),
        node.fields,
        say,
      )
      looks.replaceChildren(list.element)
      fields.replaceChildren(line(say('takes'), takes), line(say('gives'), gives))
    } catch {
      fields.textContent = say('notYet')
    }
  }

  function line(title: string, list: string[]): HTMLElement {
    return element('div', {}, element('b', {}, `${title}: `), list.join('; ') || say('nothing'))
  }
}

/** Short, so that its QR code can be read from a distance. */
const freshToken = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => (byte % 36).toString(36)).join('')

/** A name in a form that suits an address. */
const slug = (text: string): string =>
  text
    .trim()
    .replace(/[^\w.-]+/g, '-')
    .replace(/^-+|-+$/g, '')

/** Node-RED's HTTP root for flows, without a trailing slash. */
const httpRoot = (): string =>
  `/${(RED.settings as { httpNodeRoot?: string }).httpNodeRoot || ''}/`.replace(/\/+/g, '/').replace(/\/$/, '')
