import { element } from '../../../src/editor/dom'
import { addPageButtons } from '../../shared/editor/device-page'
import type { Form } from '../../shared/editor/form'
import { wordsOf } from '../../shared/editor/say'

/** The list of the computer's cameras, and the buttons that open the camera page in a browser. */
export function openCamera(node: EditorNode, form: Form): undefined {
  const say = wordsOf(node, 'camera')
  const known = element('datalist', { id: 'daisychain-camera-devices' })
  const none = element('div', { id: 'daisychain-camera-none', className: 'daisychain-note' })
  form.field('device').setAttribute('list', known.id)
  form.row('device').append(known, none)
  addPageButtons(node, form, 'camera', 'device', { when: { source: 'browser' } })
  form.field('address').addEventListener('change', keepPasswordApart)
  void offerCameras()

  /** Moves a password from the address to the credentials, because flow files must not contain passwords. */
  function keepPasswordApart(): void {
    const address = form.value('address').trim()
    if (!URL.canParse(address)) return
    const url = new URL(address)
    if (!url.password) return
    form.set('password', decoded(url.password))
    url.password = ''
    form.set('address', url.href)
  }

  async function offerCameras(): Promise<void> {
    const cameras = (await $.getJSON('daisychain-camera/devices')) as { device: string; name: string }[]
    known.replaceChildren(...cameras.map(({ device, name }) => element('option', { value: device }, name)))
    none.textContent = cameras.length > 0 ? '' : say('none')
  }
}

/** Invalid percent encoding is taken literally. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
