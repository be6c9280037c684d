import { button, element } from '../../../src/editor/dom'
import type { Form } from '../../shared/editor/form'
import { notifyOf, post, reasonOf } from '../../shared/editor/requests'
import { wordsOf } from '../../shared/editor/say'

/** How many uploads are listed by name. */
const NAMED = 5

/** The list of the node's uploads, and the buttons that start and stop it. */
export function openImages(node: EditorNode, form: Form): undefined {
  const say = wordsOf(node, 'images')
  const id = encodeURIComponent(node.id)
  const url = `daisychain-images/${id}/uploads`

  const list = element('div', { id: 'daisychain-images-uploads', className: 'daisychain-note' })
  const files = element('input', {
    ...{ id: 'daisychain-images-files', type: 'file', accept: 'image/*,video/*', multiple: true, hidden: true },
  })
  const choose = named(
    'choose',
    button(say('choose'), () => files.click()),
  )
  const clear = named(
    'clear',
    button(say('clear'), () => void remove()),
  )
  clear.disabled = true
  const look = { icon: 'upload', label: say('uploads'), when: { source: 'upload' } }
  form.addRow('frameRate', look, files, choose, ' ', clear, list)
  const controls = ['start', 'stop', 'resume'].map((control) => {
    const send = () =>
      void post(`daisychain/control/${id}/${control}`).catch((error) => notifyOf(error, say('deployFirst')))
    return named(control, button(say(control), send))
  })
  form.addRow('numbers', { icon: 'play', label: say('run') }, ...controls.flatMap((control) => [control, ' ']))
  files.addEventListener('change', () => void upload())
  form.follow(['source'], () => {
    if (form.value('source') === 'upload') void showUploads()
  })

  async function showUploads(): Promise<void> {
    try {
      const names = (await $.getJSON(url)) as string[]
      clear.disabled = names.length === 0
      const some = names.slice(0, NAMED).join(', ')
      list.textContent = names.length > 0 ? `${names.length}: ${some}${names.length > NAMED ? ', …' : ''}` : say('none')
    } catch (error) {
      list.textContent = reasonOf(error)
    }
  }

  async function upload(): Promise<void> {
    for (const file of files.files ?? [])
      await post(`${url}?name=${encodeURIComponent(file.name)}`, file).catch(notifyOf)
    files.value = ''
    await showUploads()
  }

  async function remove(): Promise<void> {
    await $.ajax({ method: 'DELETE', url }).then(showUploads, notifyOf)
  }
}

function named(word: string, button: HTMLButtonElement): HTMLButtonElement {
  button.id = `daisychain-images-${word}`
  return button
}
